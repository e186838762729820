using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>Puts a log entry together, in a buffer of its own. MS-VHDX 2.3.1.</summary>
internal sealed class LogEntryBuilder
{
    /// <summary>Descriptors that the first sector has room for: (4096 − 64) / 32. With no more than these an entry has
    /// one descriptor sector, which is also all that QEMU reads.</summary>
    public const int MaxPages = (LogSector.SizeBytes - LogEntryHeader.SizeBytes) / LogDescriptor.SizeBytes;

    private byte[] _bytes = new byte[4 * LogSector.SizeBytes];

    /// <summary>Sectors of an entry with so many pages.</summary>
    public static uint SectorsFor(int pageCount)
    {
        Invariant.Holds(pageCount <= MaxPages);
        return 1 + (uint)pageCount;
    }

    /// <summary>Builds an entry of data descriptors, one for each page in its frozen version.</summary>
    /// <param name="pages">Each page once (R-LOGW-9).</param>
    /// <param name="tail">First entry of the sequence that ends here.</param>
    /// <param name="sequenceNumber">Not 0.</param>
    /// <param name="logGuid">Of the lap.</param>
    /// <param name="durableLengthBytes">What the file durably has; both file offsets of the entry (D-10).</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Build(
        IReadOnlyList<HeldPage> pages, LogSector tail, ulong sequenceNumber, Guid logGuid, long durableLengthBytes)
    {
        int length = (int)SectorsFor(pages.Count) * LogSector.SizeBytes;
        if (_bytes.Length < length)
        {
            _bytes = new byte[length];
        }

        Span<byte> entry = _bytes.AsSpan(0, length);
        entry[..LogSector.SizeBytes].Clear();
        new LogEntryHeader(
            Checksum: 0,
            (uint)length,
            (uint)tail.OffsetBytes,
            sequenceNumber,
            (uint)pages.Count,
            logGuid,
            (ulong)durableLengthBytes,
            (ulong)durableLengthBytes).Write(entry);
        for (int i = 0; i < pages.Count; i++)
        {
            Span<byte> sector = entry.Slice((1 + i) * LogSector.SizeBytes, LogSector.SizeBytes);
            pages[i].Frozen.CopyTo(sector);
            LogDataSector.Stamp(sector, (ulong)pages[i].At.Value, sequenceNumber)
                .Write(entry[(LogEntryHeader.SizeBytes + (i * LogDescriptor.SizeBytes))..]);
        }

        uint checksum = Crc32C.OfStructure(entry, LogEntryHeader.ChecksumOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[LogEntryHeader.ChecksumOffset..], checksum);
        return entry;
    }
}
