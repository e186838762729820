using System;
using System.Buffers;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>Checks the file identifier and both headers.</summary>
internal static class HeaderCheck
{
    /// <returns>False when it is no VHDX: nothing else means anything then.</returns>
    public static bool IsVhdx(IImageFile file, FindingList findings)
    {
        try
        {
            _ = ImageOpener.ReadIdentifier(file);
        }
        catch (VhdxException error) when (error.Kind != VhdxErrorKind.Io)
        {
            findings.Add(error, error.Kind == VhdxErrorKind.NotVhdx ? "R-FTI-1" : "R-LAY-3");
            if (file.LengthBytes < Units.MiB || !HasHeader(file))
            {
                return false;
            }

            findings.Add(
                FindingSeverity.Info,
                "R-FTI-1",
                HeaderPair.OffsetOf(0),
                "the headers are those of a VHDX all the same: the rest was checked as such");
        }

        if (file.LengthBytes % Units.MiB != 0)
        {
            findings.Add(
                FindingSeverity.Info,
                "T-8",
                null,
                $"the file has 0x{file.LengthBytes:x} bytes, no whole number of MiB");
        }

        return true;
    }

    /// <returns>Null when none is current.</returns>
    public static HeaderPair? Read(IImageFile file, FindingList findings)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(2 * VhdxHeader.SizeBytes);
        try
        {
            Span<byte> first = rented.AsSpan(0, VhdxHeader.SizeBytes);
            Span<byte> second = rented.AsSpan(VhdxHeader.SizeBytes, VhdxHeader.SizeBytes);
            file.ReadExactly(HeaderPair.OffsetOf(0), first);
            file.ReadExactly(HeaderPair.OffsetOf(1), second);
            HeaderPair pair = HeaderPair.Choose(file.Path, first, second);
            Note(pair, findings);
            return pair;
        }
        catch (VhdxException error) when (error.Kind != VhdxErrorKind.Io)
        {
            bool bothValid = VhdxHeader.TryRead(rented, out _)
                && VhdxHeader.TryRead(rented.AsSpan(VhdxHeader.SizeBytes), out _);
            findings.Add(error, bothValid ? "R-HDR-3" : "R-HDR-2");
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Judges what the current header says.</summary>
    /// <returns>Where the log lies, of length 0 when there is none that can be read; null when the format's version is
    /// another.</returns>
    public static FileRange? Judge(IImageFile file, HeaderPair headers, FindingList findings)
    {
        FileOffset at = HeaderPair.OffsetOf(headers.CurrentSlot);
        if (headers.Current.LogVersion != 0 && headers.Current.LogGuid == Guid.Empty)
        {
            findings.Add(
                FindingSeverity.Warning,
                "R-HDR-7",
                at + 64,
                $"log version is {headers.Current.LogVersion}, expected 0; no log is pending");
        }

        if (headers.Current.SequenceNumber > WritableOpening.MaxSequenceNumberAtStart)
        {
            findings.Add(
                FindingSeverity.Warning,
                "R-HDR-10",
                at + 8,
                $"sequence number is {headers.Current.SequenceNumber}, so near the greatest there is that the image " +
                "can only be read");
        }

        try
        {
            FileRange log = HeaderRules.Judge(file, headers);
            if (log.LengthBytes == 0)
            {
                findings.Add(FindingSeverity.Info, "R-HDR-8", at + 68, "the file has no log");
            }

            return log;
        }
        catch (VhdxException error) when (error.Kind != VhdxErrorKind.Io)
        {
            findings.Add(error, "R-HDR-9");
            return headers.Current.Version == 1 ? new FileRange("log", default, 0) : null;
        }
    }

    private static bool HasHeader(IImageFile file)
    {
        byte[] bytes = new byte[VhdxHeader.SizeBytes];
        for (int slot = 0; slot < 2; slot++)
        {
            file.ReadExactly(HeaderPair.OffsetOf(slot), bytes);
            if (VhdxHeader.TryRead(bytes, out _))
            {
                return true;
            }
        }

        return false;
    }

    private static void Note(HeaderPair pair, FindingList findings)
    {
        FileOffset otherAt = HeaderPair.OffsetOf(1 - pair.CurrentSlot);
        if (pair.Other is not { } other)
        {
            findings.Add(
                FindingSeverity.Warning,
                "R-HDR-4",
                otherAt,
                $"header {2 - pair.CurrentSlot} is damaged: signature or checksum don't match");
        }
        else if (other.SequenceNumber == pair.Current.SequenceNumber)
        {
            findings.Add(
                FindingSeverity.Warning, "T-1", otherAt, "both headers are the same, sequence number included");
        }
        else if (other.DataWriteGuid != pair.Current.DataWriteGuid)
        {
            findings.Add(
                FindingSeverity.Info,
                "T-9",
                otherAt + 32,
                $"DataWriteGuid is {other.DataWriteGuid:B}, the current header has {pair.Current.DataWriteGuid:B}");
        }
    }
}
