using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO.Hashing;
using System.Text;
using VhdxFuse.Partitions;

namespace VhdxFuse.Mount.Tests.Partitions;

/// <summary>A disk of sectors, only some of which hold anything, with partition tables as a test wants them, right or
/// wrong.</summary>
internal sealed class DiskDraft(long sectorCount, int sectorBytes = 512)
{
    public const string LinuxType = "0fc63daf-8483-4772-8e79-3d69d8477de4";
    public static readonly Guid DiskId = new("11111111-2222-3333-4444-555555555555");

    private readonly Dictionary<long, byte[]> _sectors = [];

    public int Reads { get; private set; }

    public byte[] this[long sector]
    {
        get
        {
            if (!_sectors.TryGetValue(sector, out byte[]? bytes))
            {
                _sectors[sector] = bytes = new byte[sectorBytes];
            }

            return bytes;
        }
    }

    public PartitionTable Read() =>
        PartitionReader.Read(new SectorSource(ReadBytes, sectorCount * sectorBytes, sectorBytes));

    /// <summary>Puts an entry into a boot record.</summary>
    public DiskDraft Entry(long sector, int index, byte type, uint first, uint count, byte status = 0)
    {
        Span<byte> record = this[sector];
        record[510] = 0x55;
        record[511] = 0xaa;
        Span<byte> entry = record.Slice(446 + (16 * index), 16);
        entry[0] = status;
        entry[4] = type;
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], first);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], count);
        return this;
    }

    public DiskDraft Protective() => Entry(0, 0, 0xee, 1, uint.MaxValue);

    /// <summary>A header with its entries.</summary>
    /// <param name="at">Where it lies.</param>
    /// <param name="entriesAt">Where the entries lie.</param>
    /// <param name="entries">First and last sector.</param>
    /// <param name="bend">Changes the header before its checksum is made.</param>
    public DiskDraft Gpt(
        long at, long entriesAt, IReadOnlyList<(ulong First, ulong Last)> entries, Action<byte[]>? bend = null)
    {
        byte[] array = new byte[128 * 128];
        for (int i = 0; i < entries.Count; i++)
        {
            Span<byte> entry = array.AsSpan(i * 128, 128);
            _ = new Guid(LinuxType).TryWriteBytes(entry);
            entry[16] = (byte)(i + 1);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[32..], entries[i].First);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[40..], entries[i].Last);
            Encoding.Unicode.GetBytes($"part {i}").CopyTo(entry[56..]);
        }

        for (int done = 0; done < array.Length; done += sectorBytes)
        {
            Span<byte> piece = array.AsSpan(done, int.Min(sectorBytes, array.Length - done));
            piece.CopyTo(this[entriesAt + (done / sectorBytes)]);
        }

        byte[] header = this[at];
        "EFI PART"u8.CopyTo(header);
        header[10] = 1;
        header[12] = 92;
        Put(header, 24, (ulong)at);
        Put(header, 40, 40);
        Put(header, 48, (ulong)sectorCount - 34);
        _ = DiskId.TryWriteBytes(header.AsSpan(56));
        Put(header, 72, (ulong)entriesAt);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(80), 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(84), 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(88), Crc32.HashToUInt32(array));
        bend?.Invoke(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Crc32.HashToUInt32(header.AsSpan(0, 92)));
        return this;
    }

    public static void Put(byte[] sector, int at, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(sector.AsSpan(at), value);

    private void ReadBytes(long offset, Span<byte> target)
    {
        Reads++;
        for (int done = 0; done < target.Length; done += sectorBytes)
        {
            Span<byte> piece = target.Slice(done, int.Min(sectorBytes, target.Length - done));
            if (_sectors.TryGetValue((offset + done) / sectorBytes, out byte[]? bytes))
            {
                bytes.AsSpan(0, piece.Length).CopyTo(piece);
            }
        }
    }
}
