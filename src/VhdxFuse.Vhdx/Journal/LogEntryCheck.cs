using System;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>Judges one log entry, its structure first (R-LOG-9), reading each of its sectors once.</summary>
/// <remarks>
/// The whole scan stays linear whatever the ring holds: a sector inside an entry that is sound so far starts with
/// <c>desc</c>, <c>zero</c> or <c>data</c>, so a check ends at the latest where the next entry begins; and reads grow
/// from one sector up, so a check that ends soon has read little.
/// </remarks>
internal sealed class LogEntryCheck(LogRegion region)
{
    private const int WindowSectors = 16;
    private readonly byte[] _window = new byte[WindowSectors * LogSector.SizeBytes];
    private readonly Crc32C _checksum = new();
    private uint _descriptorsLeft;
    private uint _dataDescriptors;
    private uint _zeroDescriptors;

    /// <summary>Checks the entry whose first sector is at <paramref name="start"/>; its LogGuid isn't looked
    /// at.</summary>
    public LogEntryDefect Check(LogSector start, in LogEntryHeader header, out LogEntry entry)
    {
        entry = default;
        if (HeaderDefect(header) is var defect and not LogEntryDefect.None)
        {
            return defect;
        }

        uint sectors = header.EntryLengthBytes / LogSector.SizeBytes;
        uint descriptorSectors = (uint)DescriptorSectors(header.DescriptorCount);
        _checksum.Reset();
        _descriptorsLeft = header.DescriptorCount;
        _dataDescriptors = 0;
        _zeroDescriptors = 0;
        uint window = 1;
        for (uint done = 0; done < sectors; done += window, window = uint.Min(window * 2, WindowSectors))
        {
            window = uint.Min(window, sectors - done);
            Span<byte> bytes = _window.AsSpan(0, (int)window * LogSector.SizeBytes);
            region.Read(region.Advance(start, done), bytes);
            defect = WindowDefect(bytes, done, descriptorSectors, sectors, header.SequenceNumber);
            if (defect != LogEntryDefect.None)
            {
                return defect;
            }
        }

        if (_checksum.CurrentValue != header.Checksum)
        {
            return LogEntryDefect.Checksum;
        }

        entry = new LogEntry(start, header, _dataDescriptors, _zeroDescriptors);
        return LogEntryDefect.None;
    }

    /// <summary>Sectors that hold the header and so many descriptors; in 64 bits, since the count is
    /// untrusted.</summary>
    internal static ulong DescriptorSectors(uint descriptorCount) =>
        (LogEntryHeader.SizeBytes + ((ulong)descriptorCount * LogDescriptor.SizeBytes) + LogSector.SizeBytes - 1)
        / LogSector.SizeBytes;

    private LogEntryDefect HeaderDefect(in LogEntryHeader header)
    {
        // R-LOG-2, R-LOG-3, R-LOG-4, R-LOG-5
        if (header.EntryLengthBytes % LogSector.SizeBytes != 0
            || header.EntryLengthBytes == 0 || header.EntryLengthBytes >= region.LengthBytes)
        {
            return LogEntryDefect.Length;
        }

        if (header.TailOffsetBytes % LogSector.SizeBytes != 0 || header.TailOffsetBytes >= region.LengthBytes)
        {
            return LogEntryDefect.Tail;
        }

        if (header.SequenceNumber == 0)
        {
            return LogEntryDefect.SequenceNumber;
        }

        ulong entrySectors = header.EntryLengthBytes / LogSector.SizeBytes;
        return DescriptorSectors(header.DescriptorCount) > entrySectors
            ? LogEntryDefect.DescriptorCount : LogEntryDefect.None;
    }

    private LogEntryDefect WindowDefect(
        Span<byte> window, uint firstSector, uint descriptorSectors, uint entrySectors, ulong sequenceNumber)
    {
        for (int at = 0; at < window.Length; at += LogSector.SizeBytes)
        {
            uint index = firstSector + (uint)(at / LogSector.SizeBytes);
            Span<byte> sector = window.Slice(at, LogSector.SizeBytes);
            if (index < descriptorSectors)
            {
                if (!TakeDescriptors(index == 0 ? sector[LogEntryHeader.SizeBytes..] : sector, sequenceNumber))
                {
                    return LogEntryDefect.Descriptor;
                }
            }
            else if (!LogDataSector.Belongs(sector, sequenceNumber))
            {
                return LogEntryDefect.DataSector;
            }

            // R-LOG-7: all descriptors are known here, and must make the length exactly.
            if (index + 1 == descriptorSectors && descriptorSectors + _dataDescriptors != entrySectors)
            {
                return LogEntryDefect.DescriptorCount;
            }

            if (index == 0)
            {
                sector.Slice(LogEntryHeader.ChecksumOffset, sizeof(uint)).Clear();
            }
        }

        _checksum.Append(window);
        return LogEntryDefect.None;
    }

    private bool TakeDescriptors(ReadOnlySpan<byte> source, ulong sequenceNumber)
    {
        for (; _descriptorsLeft > 0 && !source.IsEmpty; _descriptorsLeft--)
        {
            if (!LogDescriptor.TryRead(source, out LogDescriptor descriptor)
                || descriptor.SequenceNumber != sequenceNumber
                || descriptor.FileOffset % LogSector.SizeBytes != 0
                || descriptor.ZeroLengthBytes % LogSector.SizeBytes != 0)
            {
                return false;
            }

            _zeroDescriptors += descriptor.IsZero ? 1u : 0;
            _dataDescriptors += descriptor.IsZero ? 0 : 1u;
            source = source[LogDescriptor.SizeBytes..];
        }

        return true;
    }
}
