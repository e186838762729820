using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Support;

/// <summary>One log entry as a test wants it: valid unless told otherwise. What is null follows the content.</summary>
public sealed class LogEntryDraft
{
    private const int SectorBytes = LogDataSector.SizeBytes;

    // In the order of the entry. Page is null for a range of zeros.
    private readonly List<(ulong FileOffset, ulong ZeroLengthBytes, byte[]? Page)> _changes = [];

    public ulong SequenceNumber { get; set; } = 1;

    /// <summary>The ring position where the sequence starts that ends here.</summary>
    public uint TailOffsetBytes { get; set; }

    public Guid LogGuid { get; set; }

    public ulong FlushedFileOffset { get; set; }

    public ulong LastFileOffset { get; set; }

    public uint? EntryLengthBytes { get; set; }

    public uint? DescriptorCount { get; set; }

    public uint? Checksum { get; set; }

    /// <summary>Changes the entry's bytes; the checksum is then computed anew, so that it stays right.</summary>
    public Action<byte[]>? BeforeChecksum { get; set; }

    /// <summary>Changes the finished bytes: tears or damages them.</summary>
    public Action<byte[]>? AfterChecksum { get; set; }

    /// <summary>How many bytes the entry takes in the ring, whatever its header says.</summary>
    public int SizeBytes => DescriptorAreaBytes + (SectorBytes * _changes.Count(c => c.Page is not null));

    private int DescriptorAreaBytes
    {
        get
        {
            int bytes = LogEntryHeader.SizeBytes + (LogDescriptor.SizeBytes * _changes.Count);
            return (bytes + SectorBytes - 1) / SectorBytes * SectorBytes;
        }
    }

    /// <summary>Adds a page of 4096 bytes.</summary>
    public LogEntryDraft Data(ulong fileOffset, ReadOnlySpan<byte> page)
    {
        if (page.Length != SectorBytes)
        {
            throw new ArgumentException($"a page has {SectorBytes} bytes, not {page.Length}", nameof(page));
        }

        _changes.Add((fileOffset, 0, page.ToArray()));
        return this;
    }

    /// <summary>Adds a page of one byte value.</summary>
    public LogEntryDraft Data(ulong fileOffset, byte value)
    {
        byte[] page = new byte[SectorBytes];
        page.AsSpan().Fill(value);
        return Data(fileOffset, page);
    }

    /// <summary>Adds a range of zeros.</summary>
    public LogEntryDraft Zero(ulong fileOffset, ulong lengthBytes)
    {
        _changes.Add((fileOffset, lengthBytes, null));
        return this;
    }

    /// <summary>Damages the finished entry so that nothing but its checksum is wrong.</summary>
    public LogEntryDraft WithWrongChecksum()
    {
        AfterChecksum = bytes => bytes[LogEntryHeader.ChecksumOffset] ^= 1;
        return this;
    }

    /// <summary>The bytes as they go into the ring.</summary>
    public byte[] Build()
    {
        byte[] entry = new byte[SizeBytes];
        Header(0).Write(entry);
        int descriptorAt = LogEntryHeader.SizeBytes;
        int sectorAt = DescriptorAreaBytes;
        foreach ((ulong fileOffset, ulong zeroLengthBytes, byte[]? page) in _changes)
        {
            LogDescriptor descriptor = new(true, 0, 0, zeroLengthBytes, fileOffset, SequenceNumber);
            if (page is not null)
            {
                Span<byte> sector = entry.AsSpan(sectorAt, SectorBytes);
                page.CopyTo(sector);
                descriptor = LogDataSector.Stamp(sector, fileOffset, SequenceNumber);
                sectorAt += SectorBytes;
            }

            descriptor.Write(entry.AsSpan(descriptorAt));
            descriptorAt += LogDescriptor.SizeBytes;
        }

        BeforeChecksum?.Invoke(entry);
        uint checksum = Checksum ?? Crc32C.OfStructure(entry, LogEntryHeader.ChecksumOffset);
        BitConverter.TryWriteBytes(entry.AsSpan(LogEntryHeader.ChecksumOffset), checksum);
        AfterChecksum?.Invoke(entry);
        return entry;
    }

    private LogEntryHeader Header(uint checksum) => new(
        checksum,
        EntryLengthBytes ?? (uint)SizeBytes,
        TailOffsetBytes,
        SequenceNumber,
        DescriptorCount ?? (uint)_changes.Count,
        LogGuid,
        FlushedFileOffset,
        LastFileOffset);
}
