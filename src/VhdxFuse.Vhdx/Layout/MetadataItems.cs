using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Vhdx.Layout;

/// <summary>The entries of a metadata table, proved to lie inside their region and apart (R-MET-1, R-MET-4).</summary>
internal sealed class MetadataItems
{
    private const int MaxItemBytes = Units.MiB;
    private const int MaxUserItems = 1024;
    private const uint KnownFlags =
        MetadataTableEntry.IsUserFlag | MetadataTableEntry.IsVirtualDiskFlag | MetadataTableEntry.IsRequiredFlag;

    private readonly Dictionary<Guid, (MetadataTableEntry Entry, FileOffset At)> _system = [];
    private readonly string _image;
    private readonly FileRange _region;

    private MetadataItems(string image, FileRange region)
    {
        _image = image;
        _region = region;
    }

    /// <summary>Judges a table.</summary>
    /// <param name="image">Name for messages.</param>
    /// <param name="region">The metadata region, at most 128 MiB.</param>
    /// <param name="source">Its first 64 KiB.</param>
    public static MetadataItems Judge(string image, FileRange region, ReadOnlySpan<byte> source)
    {
        if (!MetadataTable.TryRead(source, out MetadataTable table))
        {
            throw new VhdxException(VhdxErrorKind.Corrupt, image, region.Start, "the metadata table has no signature");
        }

        if (table.EntryCount > MetadataTable.MaxEntryCount)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                image,
                region.Start + 10,
                "metadata entry count",
                table.EntryCount,
                "at most 2047");
        }

        var items = new MetadataItems(image, region);
        var stretches = new List<(uint Start, uint End, FileOffset EntryAt)>(table.EntryCount);
        var seen = new HashSet<(Guid, bool)>();
        int userItems = 0;
        for (int i = 0; i < table.EntryCount; i++)
        {
            int at = MetadataTable.EntriesOffset + (i * MetadataTableEntry.SizeBytes);
            MetadataTableEntry entry = MetadataTableEntry.Read(source[at..]);
            items.Judge(entry, region.Start + at);
            if (!seen.Add((entry.ItemId, entry.IsUser)))
            {
                throw new VhdxException(
                    VhdxErrorKind.Corrupt, image, region.Start + at, $"metadata item {entry.ItemId} is listed twice");
            }

            userItems += entry.IsUser ? 1 : 0;
            if (userItems > MaxUserItems)
            {
                throw VhdxException.Field(
                    VhdxErrorKind.Corrupt, image, region.Start + at, "number of user items", userItems, "at most 1024");
            }

            if (!entry.IsUser)
            {
                items._system.Add(entry.ItemId, (entry, region.Start + at));
            }

            if (entry.LengthBytes > 0)
            {
                stretches.Add((entry.OffsetInRegion, entry.OffsetInRegion + entry.LengthBytes, region.Start + at));
            }
        }

        items.RequireApart(stretches);
        return items;
    }

    /// <summary>The place of a system item; null when the table doesn't have it.</summary>
    public (FileOffset At, int LengthBytes, uint Flags, FileOffset EntryAt)? Find(Guid itemId) =>
        _system.TryGetValue(itemId, out (MetadataTableEntry Entry, FileOffset At) found)
            ? (_region.Start + found.Entry.OffsetInRegion, (int)found.Entry.LengthBytes, found.Entry.Flags, found.At)
            : null;

    private static bool IsKnown(Guid itemId) =>
        itemId == MetadataItemIds.FileParameters || itemId == MetadataItemIds.VirtualDiskSize
        || itemId == MetadataItemIds.VirtualDiskId || itemId == MetadataItemIds.LogicalSectorSize
        || itemId == MetadataItemIds.PhysicalSectorSize || itemId == MetadataItemIds.ParentLocator
        || itemId == MetadataItemIds.ChsParameters;

    private void Judge(in MetadataTableEntry entry, FileOffset at)
    {
        if (entry.ItemId == Guid.Empty)
        {
            throw new VhdxException(VhdxErrorKind.Corrupt, _image, at, "a metadata item has an id of zeros");
        }

        // R-MET-3
        if ((entry.Flags & ~KnownFlags) != 0 || (entry.IsUser && entry.IsRequired))
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                _image,
                at + 24,
                $"flags of metadata item {entry.ItemId}",
                $"0x{entry.Flags:x}",
                "a legal mix");
        }

        if (entry.ItemId == MetadataItemIds.IncompleteFile && !entry.IsUser)
        {
            throw new VhdxException(
                VhdxErrorKind.Incomplete,
                _image,
                at,
                "the image is marked as unfinished by the program that was making it");
        }

        if (entry.IsRequired && !IsKnown(entry.ItemId))
        {
            throw new VhdxException(
                VhdxErrorKind.Unsupported,
                _image,
                at,
                $"metadata item {entry.ItemId} is required but not known to this program");
        }

        JudgePlace(entry, at);
    }

    private void JudgePlace(in MetadataTableEntry entry, FileOffset at)
    {
        if (entry.LengthBytes > MaxItemBytes)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                _image,
                at + 20,
                $"length of metadata item {entry.ItemId}",
                entry.LengthBytes,
                "at most 1 MiB");
        }

        // R-MET-2: an empty item has offset 0, every other one lies behind the table.
        bool legal = entry.LengthBytes == 0
            ? entry.OffsetInRegion == 0
            : entry.OffsetInRegion >= MetadataTable.SizeBytes
                && (long)entry.OffsetInRegion + entry.LengthBytes <= _region.LengthBytes;
        if (!legal)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                _image,
                at + 16,
                $"place of metadata item {entry.ItemId}",
                $"0x{entry.OffsetInRegion:x}, {entry.LengthBytes} bytes",
                "behind the table and inside the region");
        }
    }

    private void RequireApart(List<(uint Start, uint End, FileOffset EntryAt)> stretches)
    {
        stretches.Sort((a, b) => a.Start.CompareTo(b.Start));
        for (int i = 1; i < stretches.Count; i++)
        {
            if (stretches[i].Start < stretches[i - 1].End)
            {
                throw new VhdxException(
                    VhdxErrorKind.Corrupt, _image, stretches[i].EntryAt, "a metadata item overlaps another");
            }
        }
    }
}
