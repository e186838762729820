using System;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>What the current header must hold, judged after it was chosen (R-HDR-1).</summary>
internal static class HeaderRules
{
    private const uint MaxLogBytes = 1024 * (uint)Units.MiB;

    /// <summary>Judges the current header (R-HDR-6, R-HDR-7, R-HDR-8, R-HDR-9).</summary>
    /// <returns>Where the log lies; of length 0 when there is none.</returns>
    public static FileRange Judge(IImageFile file, HeaderPair headers)
    {
        VhdxHeader header = headers.Current;
        FileOffset at = HeaderPair.OffsetOf(headers.CurrentSlot);
        // R-HDR-6
        if (header.Version != 1)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Unsupported, file.Path, at + 66, "format version", header.Version, "1")
                .Breaking("R-HDR-6");
        }

        // R-HDR-7
        if (header.LogVersion != 0 && header.LogGuid != Guid.Empty)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Unsupported, file.Path, at + 64, "log version", header.LogVersion, "0")
                .Breaking("R-HDR-7");
        }

        return JudgeLog(file.Path, header, at, file.LengthBytes);
    }

    private static FileRange JudgeLog(string image, in VhdxHeader header, FileOffset at, long fileLengthBytes)
    {
        // R-HDR-8 and R-HDR-9
        if (header.LogLengthBytes % Units.MiB != 0 || (header.LogLengthBytes == 0 && header.LogGuid != Guid.Empty))
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt, image, at + 68, "log length", $"0x{header.LogLengthBytes:x}", "whole MiB")
                .Breaking(header.LogLengthBytes == 0 ? "R-HDR-8" : "R-HDR-9");
        }

        if (header.LogLengthBytes > MaxLogBytes)
        {
            throw VhdxException.Field(
                VhdxErrorKind.LimitExceeded,
                image,
                at + 68,
                "log length",
                $"0x{header.LogLengthBytes:x}",
                "at most 1 GiB").Breaking("R-HDR-9");
        }

        if (header.LogOffset % Units.MiB != 0 || (header.LogLengthBytes > 0 && header.LogOffset < Units.MiB)
            || header.LogOffset > ulong.MaxValue - header.LogLengthBytes)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                image,
                at + 72,
                "log offset",
                $"0x{header.LogOffset:x}",
                "whole MiB from 1 MiB up").Breaking("R-HDR-9");
        }

        if (header.LogLengthBytes > 0 && header.LogOffset + header.LogLengthBytes > (ulong)fileLengthBytes)
        {
            throw new VhdxException(
                VhdxErrorKind.Truncated,
                image,
                at + 72,
                $"the log ends at 0x{header.LogOffset + header.LogLengthBytes:x}, " +
                $"but the file at 0x{fileLengthBytes:x}").Breaking("R-HDR-9");
        }

        return header.LogLengthBytes == 0
            ? new FileRange("log", default, 0)
            : new FileRange("log", new FileOffset((long)header.LogOffset), header.LogLengthBytes);
    }
}
