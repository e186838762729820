using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support.Images;

/// <summary>Builds one log entry, field by field and as wrong as wanted.</summary>
internal sealed class LogEntryBytes
{
    private const int SectorBytes = 4096;
    private readonly List<(ulong FileOffset, ulong ZeroLength, byte[]? Page)> _updates = [];

    public required ulong SequenceNumber { get; init; }

    public required Guid LogGuid { get; init; }

    public uint Tail { get; set; }

    public ulong Flushed { get; init; } = 4 << 20;

    public ulong Last { get; init; } = 4 << 20;

    public uint? EntryLength { get; init; }

    public uint? DescriptorCount { get; init; }

    /// <summary>Changes the finished entry, its checksum still to be computed.</summary>
    public Action<byte[]>? Edit { get; init; }

    /// <summary>Changes the finished entry behind its checksum's back.</summary>
    public Action<byte[]>? Damage { get; init; }

    public int LengthBytes =>
        DescriptorBytes + (_updates.FindAll(update => update.Page is not null).Count * SectorBytes);

    private int DescriptorBytes => (64 + (_updates.Count * 32) + SectorBytes - 1) / SectorBytes * SectorBytes;

    public LogEntryBytes Data(long fileOffset, byte[] page)
    {
        _updates.Add(((ulong)fileOffset, 0, page));
        return this;
    }

    public LogEntryBytes Data(long fileOffset, byte fill)
    {
        byte[] page = new byte[SectorBytes];
        page.AsSpan().Fill(fill);
        return Data(fileOffset, page);
    }

    public LogEntryBytes Zero(long fileOffset, long lengthBytes)
    {
        _updates.Add(((ulong)fileOffset, (ulong)lengthBytes, null));
        return this;
    }

    public byte[] Build()
    {
        byte[] bytes = new byte[LengthBytes];
        new LogEntryHeader(
            0,
            EntryLength ?? (uint)LengthBytes,
            Tail,
            SequenceNumber,
            DescriptorCount ?? (uint)_updates.Count,
            LogGuid,
            Flushed,
            Last).Write(bytes);
        int data = DescriptorBytes;
        for (int i = 0; i < _updates.Count; i++)
        {
            (ulong fileOffset, ulong zeroLength, byte[]? page) = _updates[i];
            var descriptor = new LogDescriptor(true, 0, 0, zeroLength, fileOffset, SequenceNumber);
            if (page is not null)
            {
                page.CopyTo(bytes, data);
                descriptor = LogDataSector.Stamp(bytes.AsSpan(data, SectorBytes), fileOffset, SequenceNumber);
                data += SectorBytes;
            }

            descriptor.Write(bytes.AsSpan(64 + (i * 32)));
        }

        Edit?.Invoke(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.OfStructure(bytes, 4));
        Damage?.Invoke(bytes);
        return bytes;
    }

    /// <summary>Writes the entry into a ring, round its end.</summary>
    public uint PutInto(IImageFile file, long logOffset, long logLength, long position)
    {
        byte[] bytes = Build();
        for (int at = 0; at < bytes.Length; at += SectorBytes)
        {
            long inRing = (position + at) % logLength;
            file.Write(new FileOffset(logOffset + inRing), bytes.AsSpan(at, SectorBytes));
        }

        return (uint)((position + bytes.Length) % logLength);
    }
}
