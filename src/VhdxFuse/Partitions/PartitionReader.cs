using System;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Partitions;

/// <summary>Finds the partitions of a disk. A damaged table is never an error: what is wrong is in the notes.</summary>
internal static class PartitionReader
{
    public static PartitionTable Read(VirtualDisk disk) =>
        Read(new SectorSource(disk.Read, disk.LengthBytes, disk.LogicalSectorSizeBytes));

    /// <summary>Reads a few sectors; of a chain of logical partitions one each.</summary>
    public static PartitionTable Read(SectorSource disk)
    {
        var list = new PartitionList(disk);
        try
        {
            return Read(disk, list);
        }
        catch (VhdxException exception)
        {
            list.Note($"the partition table can't be read: {exception.Message}");
            return list.ToTable(PartitionScheme.None, id: null);
        }
    }

    private static PartitionTable Read(SectorSource disk, PartitionList list)
    {
        byte[] first = new byte[disk.SectorBytes];
        if (!disk.TryRead(0, first) || !MbrSector.TryRead(first, out MbrSector mbr))
        {
            return list.ToTable(PartitionScheme.None, id: null);
        }

        bool isGpt = Array.Exists(mbr.Entries, entry => entry.Type == MbrEntry.GptProtective);
        return isGpt ? GptTable.Read(disk, mbr, list) : MbrTable.Read(disk, first, mbr, list);
    }
}
