using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// Puts what the active sequence holds where it belongs: into the file, or into an overlay over it. All targets are
/// judged before the first byte is written (R-RPL-3), so a log that can't be replayed changes nothing.
/// </summary>
internal sealed class LogReplayer
{
    private const long LowestTarget = 192 * Units.KiB; // the region tables; identifier and headers are never logged
    private const int WindowSectors = 8;
    private const long MaxZeroRanges = 1L << 20; // more than any writer can mean; bounds the overlay's memory
    private readonly LogRegion _region;
    private readonly ActiveSequence _sequence;
    private readonly byte[] _descriptors = new byte[WindowSectors * LogSector.SizeBytes];
    private readonly byte[] _page = new byte[LogSector.SizeBytes];

    private LogReplayer(LogRegion region, ActiveSequence sequence)
    {
        _region = region;
        _sequence = sequence;
    }

    /// <summary>Replays from the Tail to the head, oldest first.</summary>
    /// <param name="region">Where the log is read; never written.</param>
    /// <param name="sequence">What to replay.</param>
    /// <param name="target">What is written, extended and at last flushed.</param>
    /// <exception cref="VhdxException">Truncated: the file lost bytes that were durable when the head was written.
    /// LogCorrupt: a target that the log may not write.</exception>
    public static ReplayReport Replay(LogRegion region, ActiveSequence sequence, IImageFile target)
    {
        var replayer = new LogReplayer(region, sequence);
        long lastFileOffset = replayer.JudgeHead(target.LengthBytes);
        (long pages, long zeroRanges) = replayer.JudgeTargets();
        foreach (LogEntry entry in replayer.Entries())
        {
            replayer.Apply(entry, target);
        }

        // R-RPL-6 (R-LOG-11, T-7): always, whether the log's size is whole MiB or not; a lost extension comes back as
        // zeros.
        if (target.LengthBytes < lastFileOffset)
        {
            target.SetLength(lastFileOffset);
        }

        target.Flush();
        return new ReplayReport(
            sequence.ReplayCount,
            sequence.Run[sequence.TailIndex].Header.SequenceNumber,
            sequence.Head.Header.SequenceNumber,
            pages,
            zeroRanges,
            target.LengthBytes);
    }

    private IEnumerable<LogEntry> Entries()
    {
        for (int i = _sequence.TailIndex; i < _sequence.Run.Count; i++)
        {
            yield return _sequence.Run[i];
        }
    }

    private long JudgeHead(long lengthBytes)
    {
        LogEntry head = _sequence.Head;
        FileOffset at = _region.FileOffsetOf(head.Start);
        if (head.Header.FlushedFileOffset > (ulong)lengthBytes)
        {
            // R-RPL-2: only the head's value counts; an older entry may know a larger file, before a shrink.
            throw new VhdxException(
                VhdxErrorKind.Truncated,
                _region.ImagePath,
                at + 48,
                $"the log knows a file of 0x{head.Header.FlushedFileOffset:x} bytes, this one has 0x{lengthBytes:x}");
        }

        if (head.Header.LastFileOffset > Units.MaxFileSizeBytes)
        {
            throw VhdxException.Field(
                VhdxErrorKind.LogCorrupt,
                _region.ImagePath,
                at + 56,
                "last file offset of the log",
                $"0x{head.Header.LastFileOffset:x}",
                "at most 256 TiB");
        }

        return Units.RoundUp((long)head.Header.LastFileOffset, Units.MiB);
    }

    private (long Pages, long ZeroRanges) JudgeTargets()
    {
        long pages = 0;
        long zeroRanges = 0;
        foreach (LogEntry entry in Entries())
        {
            foreach (LogDescriptor descriptor in Descriptors(entry))
            {
                Judge(entry, descriptor);
            }

            pages += entry.DataDescriptorCount;
            zeroRanges += entry.ZeroDescriptorCount;
        }

        return zeroRanges <= MaxZeroRanges ? (pages, zeroRanges) : throw VhdxException.Field(
            VhdxErrorKind.LimitExceeded,
            _region.ImagePath,
            _region.Start,
            "number of zero descriptors",
            zeroRanges,
            "at most 2^20");
    }

    private void Judge(LogEntry entry, in LogDescriptor descriptor)
    {
        // R-LOG-13: never identifier or headers, never the log itself, never beyond what a file can be.
        ulong length = descriptor.TargetLengthBytes;
        if (length == 0)
        {
            return;
        }

        bool inside = descriptor.FileOffset >= LowestTarget
            && descriptor.FileOffset <= Units.MaxFileSizeBytes
            && length <= Units.MaxFileSizeBytes - descriptor.FileOffset;
        var log = new FileRange("log", _region.Start, _region.LengthBytes);
        if (!inside || log.Overlaps(new FileOffset((long)descriptor.FileOffset), (long)length))
        {
            throw new VhdxException(
                VhdxErrorKind.LogCorrupt,
                _region.ImagePath,
                _region.FileOffsetOf(entry.Start),
                $"a log entry writes 0x{length:x} bytes at 0x{descriptor.FileOffset:x}, where the log may not write");
        }
    }

    // R-RPL-5: descriptors in their order; a zero range of length 0 does nothing (R-LOG-12).
    private void Apply(LogEntry entry, IImageFile target)
    {
        uint dataSector = (uint)LogEntryCheck.DescriptorSectors(entry.Header.DescriptorCount);
        foreach (LogDescriptor descriptor in Descriptors(entry))
        {
            // Judged again: these are other bytes than those judged before, if somebody is writing the file.
            Judge(entry, descriptor);
            if (descriptor.TargetLengthBytes == 0)
            {
                continue;
            }

            var at = new FileOffset((long)descriptor.FileOffset);
            if (descriptor.IsZero)
            {
                target.WriteZeros(at, (long)descriptor.ZeroLengthBytes);
                continue;
            }

            RequireUnchanged(dataSector < entry.SectorCount, entry);
            _region.Read(_region.Advance(entry.Start, dataSector++), _page);
            RequireUnchanged(LogDataSector.Belongs(_page, entry.Header.SequenceNumber), entry);
            LogDataSector.Restore(_page, descriptor);
            target.Write(at, _page);
        }
    }

    private IEnumerable<LogDescriptor> Descriptors(LogEntry entry)
    {
        uint left = entry.Header.DescriptorCount;
        uint sectors = (uint)LogEntryCheck.DescriptorSectors(left);
        for (uint done = 0; done < sectors; done += WindowSectors)
        {
            int bytes = (int)uint.Min(WindowSectors, sectors - done) * LogSector.SizeBytes;
            _region.Read(_region.Advance(entry.Start, done), _descriptors.AsSpan(0, bytes));
            for (int at = done == 0 ? LogEntryHeader.SizeBytes : 0; at < bytes && left > 0; left--)
            {
                bool known = LogDescriptor.TryRead(
                    _descriptors.AsSpan(at, LogDescriptor.SizeBytes), out LogDescriptor descriptor);
                bool aligned = (descriptor.FileOffset | descriptor.ZeroLengthBytes) % LogSector.SizeBytes == 0;
                RequireUnchanged(known && aligned && descriptor.SequenceNumber == entry.Header.SequenceNumber, entry);
                yield return descriptor;
                at += LogDescriptor.SizeBytes;
            }
        }
    }

    // The entry was valid when it was scanned: what is read now is another's work on the same file.
    private void RequireUnchanged(bool unchanged, LogEntry entry)
    {
        if (!unchanged)
        {
            throw new VhdxException(
                VhdxErrorKind.LogCorrupt,
                _region.ImagePath,
                _region.FileOffsetOf(entry.Start),
                "the log changed while it was read: another program is writing the image");
        }
    }
}
