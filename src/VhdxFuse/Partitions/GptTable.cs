using System;
using System.IO.Hashing;

namespace VhdxFuse.Partitions;

/// <summary>Judges a GUID partition table: the one behind the protective record, else the copy at the disk's end.
/// A table counts only when both its checksums are right.</summary>
internal sealed class GptTable
{
    private const int MostEntriesBytes = 1 << 20; // 64 times what everybody makes

    private readonly SectorSource _disk;
    private readonly PartitionList _list;

    private GptTable(SectorSource disk, PartitionList list)
    {
        _disk = disk;
        _list = list;
    }

    /// <param name="disk">The disk.</param>
    /// <param name="mbr">Its first sector, with a protective entry.</param>
    /// <param name="list">Takes partitions and notes.</param>
    public static PartitionTable Read(SectorSource disk, in MbrSector mbr, PartitionList list)
    {
        int others = 0;
        foreach (MbrEntry entry in mbr.Entries)
        {
            others += entry.IsEmpty || entry.Type == MbrEntry.GptProtective ? 0 : 1;
        }

        if (others > 0)
        {
            list.Note($"a hybrid master boot record names {others} partitions by itself; the GPT counts");
        }

        return new GptTable(disk, list).Read();
    }

    private PartitionTable Read()
    {
        const ulong primary = 1;
        ulong copy = _disk.SectorCount - 1;
        if (TryRead(primary, out GptHeader header, out byte[] entries))
        {
            Take(header, entries);
            return _list.ToTable(PartitionScheme.Gpt, $"{header.DiskId:D}");
        }

        if (copy > primary && TryRead(copy, out header, out entries))
        {
            _list.Note($"the copy of the GPT at sector {copy} is used");
            Take(header, entries);
            return _list.ToTable(PartitionScheme.Gpt, $"{header.DiskId:D}");
        }

        return _list.ToTable(PartitionScheme.Gpt, id: null);
    }

    private bool TryRead(ulong at, out GptHeader header, out byte[] entries)
    {
        entries = [];
        byte[] sector = new byte[_disk.SectorBytes];
        header = default;
        string? defect =
            !_disk.TryRead(at, sector) ? "it lies behind the disk's end"
            : !GptHeader.IsSigned(sector) ? "there is none"
            : !GptHeader.TryRead(sector, out header) ? "its size or its checksum is wrong"
            : header.OwnSector != at ? $"it says that it lies at sector {header.OwnSector}"
            : header.EntrySizeBytes < GptEntry.SizeBytes || header.EntrySizeBytes % sizeof(ulong) != 0
                ? $"its entries have {header.EntrySizeBytes} bytes"
            : (ulong)header.EntryCount * header.EntrySizeBytes > MostEntriesBytes
                ? $"{header.EntryCount} entries are too many"
            : null;
        if (defect is null)
        {
            entries = new byte[(int)(header.EntryCount * header.EntrySizeBytes)];
            defect =
                !_disk.TryRead(header.EntriesSector, entries) ? "its entries lie behind the disk's end"
                : Crc32.HashToUInt32(entries) != header.EntriesChecksum ? "the checksum of its entries is wrong"
                : null;
        }

        if (defect is not null)
        {
            _list.Note($"the GPT header at sector {at} doesn't count: {defect}");
        }

        return defect is null;
    }

    private void Take(in GptHeader header, ReadOnlySpan<byte> entries)
    {
        if (header.LastUsable >= _disk.SectorCount)
        {
            _list.Note($"the GPT is that of a longer disk: sectors up to {header.LastUsable} are usable there");
        }

        for (int i = 0; i < header.EntryCount; i++)
        {
            var entry = GptEntry.Read(entries[(int)(i * header.EntrySizeBytes)..]);
            if (entry.Type == Guid.Empty)
            {
                continue;
            }

            if (_list.IsFull)
            {
                _list.Note($"there are more than {PartitionList.MostPartitions} partitions; the others are left out");
                return;
            }

            Take(i + 1, entry);
        }
    }

    private void Take(int number, in GptEntry entry)
    {
        const ulong activeBit = 1 << 2; // legacy BIOS bootable
        if (entry.LastSector < entry.FirstSector || entry.LastSector == ulong.MaxValue)
        {
            _list.Note($"partition {number} ends at sector {entry.LastSector} and starts at {entry.FirstSector}");
            return;
        }

        _list.Add(
            entry.FirstSector,
            entry.LastSector - entry.FirstSector + 1,
            new Partition
            {
                Number = number,
                Start = 0,
                LengthBytes = 0,
                Type = $"{entry.Type:D}",
                TypeName = PartitionTypes.NameOf(entry.Type),
                Name = entry.Name.Length == 0 ? null : entry.Name,
                Id = $"{entry.Id:D}",
                IsActive = (entry.Attributes & activeBit) != 0,
            });
    }
}
