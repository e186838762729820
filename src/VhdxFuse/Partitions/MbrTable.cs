using System;
using System.Collections.Generic;

namespace VhdxFuse.Partitions;

/// <summary>
/// Judges a master boot record and follows its chains. Each extended partition starts with a record whose first two
/// entries are a logical partition, counted from that record, and the next record, counted from the extended partition.
/// Numbers are those of Linux.
/// </summary>
internal sealed class MbrTable
{
    private const int FirstLogical = 5;
    private const int EntriesOfChain = 2; // nobody uses the other two; they are taken where they make sense
    private const int MostRecords = 512; // of all chains, whether they name a partition or not

    private readonly SectorSource _disk;
    private readonly PartitionList _list;
    private readonly uint _signature;
    private readonly HashSet<ulong> _seen = [];
    private int _nextLogical = FirstLogical;

    private MbrTable(SectorSource disk, PartitionList list, uint signature)
    {
        _disk = disk;
        _list = list;
        _signature = signature;
    }

    public static PartitionTable Read(
        SectorSource disk, ReadOnlySpan<byte> sector, in MbrSector mbr, PartitionList list)
    {
        if (!IsTable(disk, sector, mbr))
        {
            return list.ToTable(PartitionScheme.None, id: null);
        }

        var table = new MbrTable(disk, list, mbr.DiskSignature);
        table.Take(mbr);
        return list.ToTable(PartitionScheme.Mbr, $"{mbr.DiskSignature:x8}");
    }

    // The mark alone says little: boot sectors of file systems have it too. Where one of those is, a table has to be
    // right in everything.
    private static bool IsTable(SectorSource disk, ReadOnlySpan<byte> sector, in MbrSector mbr)
    {
        bool isFileSystem = BootSector.IsOne(sector);
        bool isEmpty = true;
        foreach (MbrEntry entry in mbr.Entries)
        {
            if (entry.Status is not (0 or MbrEntry.Active))
            {
                return false;
            }

            bool isInside = entry.FirstSector > 0
                && (ulong)entry.FirstSector + entry.SectorCount <= disk.SectorCount;
            bool isNothing = entry == default;
            if (isFileSystem && !isNothing && (entry.IsEmpty || !isInside))
            {
                return false;
            }

            isEmpty &= isNothing;
        }

        return !(isFileSystem && isEmpty);
    }

    private void Take(in MbrSector mbr)
    {
        for (int i = 0; i < mbr.Entries.Length; i++)
        {
            if (!mbr.Entries[i].IsEmpty)
            {
                Add(i + 1, mbr.Entries[i].FirstSector, mbr.Entries[i]);
            }
        }

        foreach (MbrEntry entry in mbr.Entries)
        {
            if (!entry.IsEmpty && entry.IsExtended)
            {
                FollowChain(entry);
            }
        }
    }

    private void FollowChain(MbrEntry extended)
    {
        byte[] bytes = new byte[_disk.SectorBytes];
        for (ulong? at = extended.FirstSector; at is { } here;)
        {
            if (_seen.Count == MostRecords)
            {
                _list.Note($"the chain of logical partitions has more than {MostRecords} records; it is left there");
                return;
            }

            if (!_seen.Add(here))
            {
                _list.Note($"the chain of logical partitions leads back to sector {here}");
                return;
            }

            if (!_disk.TryRead(here, bytes) || !MbrSector.TryRead(bytes, out MbrSector record))
            {
                // Linux says nothing here either: an extended partition without logical ones may hold anything.
                _list.Note($"the chain of logical partitions ends at sector {here}, where no boot record is");
                return;
            }

            TakeLogical(here, extended, record);
            if (_list.IsFull)
            {
                _list.Note($"there are more than {PartitionList.MostPartitions} partitions; the others are left out");
                return;
            }

            at = NextOf(record) is { } next ? extended.FirstSector + (ulong)next : null;
        }
    }

    private void TakeLogical(ulong at, in MbrEntry extended, in MbrSector record)
    {
        ulong end = (ulong)extended.FirstSector + extended.SectorCount;
        for (int i = 0; i < record.Entries.Length && !_list.IsFull; i++)
        {
            MbrEntry entry = record.Entries[i];
            ulong first = at + entry.FirstSector;
            bool isStray = i >= EntriesOfChain
                && (entry.FirstSector + (ulong)entry.SectorCount > extended.SectorCount
                    || first < extended.FirstSector || first + entry.SectorCount > end);
            if (!entry.IsEmpty && !entry.IsExtended && !isStray)
            {
                Add(_nextLogical++, first, entry);
            }
        }
    }

    private static uint? NextOf(in MbrSector record)
    {
        foreach (MbrEntry entry in record.Entries)
        {
            if (!entry.IsEmpty && entry.IsExtended)
            {
                return entry.FirstSector;
            }
        }

        return null;
    }

    private void Add(int number, ulong firstSector, in MbrEntry entry) => _list.Add(
        firstSector,
        entry.SectorCount,
        new Partition
        {
            Number = number,
            Start = 0,
            LengthBytes = 0,
            Type = $"0x{entry.Type:x2}",
            TypeName = PartitionTypes.NameOf(entry.Type),
            Id = $"{_signature:x8}-{number:x2}",
            IsActive = entry.Status == MbrEntry.Active,
            IsContainer = entry.IsExtended && number < FirstLogical,
        });
}
