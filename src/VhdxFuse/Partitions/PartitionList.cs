using System;
using System.Collections.Generic;

namespace VhdxFuse.Partitions;

/// <summary>Collects the partitions of one disk: all inside it, a bounded number, and what is odd in words.</summary>
internal sealed class PartitionList(SectorSource disk)
{
    /// <summary>As many as Linux shows.</summary>
    public const int MostPartitions = 255;

    private const int MostNotes = 100;

    private readonly List<Partition> _partitions = [];
    private readonly List<string> _notes = [];

    public bool IsFull => _partitions.Count == MostPartitions;

    public PartitionTable ToTable(PartitionScheme scheme, string? id)
    {
        NoteOverlaps();
        return new PartitionTable(scheme, id, _partitions, _notes);
    }

    /// <summary>Takes a partition if it starts on the disk.</summary>
    /// <param name="firstSector">Where it starts.</param>
    /// <param name="sectorCount">As the table says; not 0.</param>
    /// <param name="partition">All but its place.</param>
    public void Add(ulong firstSector, ulong sectorCount, Partition partition)
    {
        if (firstSector >= disk.SectorCount)
        {
            Note($"partition {partition.Number} starts at sector {firstSector}, behind the disk's end");
            return;
        }

        ulong left = disk.SectorCount - firstSector;
        if (sectorCount > left)
        {
            Note($"partition {partition.Number} has {sectorCount} sectors, of which the disk holds {left}");
        }

        _partitions.Add(partition with
        {
            Start = (long)firstSector * disk.SectorBytes,
            LengthBytes = (long)ulong.Min(sectorCount, left) * disk.SectorBytes,
        });
    }

    public void Note(string text)
    {
        if (_notes.Count < MostNotes)
        {
            _notes.Add(text);
        }
    }

    // Side by side in their order on the disk is enough to find whether there is any.
    private void NoteOverlaps()
    {
        Partition[] inOrder = [.. _partitions];
        inOrder = Array.FindAll(inOrder, partition => !partition.IsContainer);
        Array.Sort(inOrder, (one, other) => one.Start.CompareTo(other.Start));
        Partition? longest = null;
        foreach (Partition partition in inOrder)
        {
            if (longest?.Overlaps(partition) == true)
            {
                Note($"partitions {longest.Number} and {partition.Number} overlap");
            }

            longest = longest is null || partition.End > longest.End ? partition : longest;
        }
    }
}
