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
    private readonly Action<VhdxException> _broken;

    private MetadataItems(string image, FileRange region, Action<VhdxException>? noted)
    {
        _image = image;
        _region = region;
        _broken = noted ?? (static error => throw error);
    }

    /// <summary>Judges a table.</summary>
    /// <param name="image">Name for messages.</param>
    /// <param name="region">The metadata region, at most 128 MiB.</param>
    /// <param name="source">Its first 64 KiB.</param>
    /// <param name="noted">Told of each rule that an entry breaks instead of its being thrown; an item that can't be
    /// used is then left out.</param>
    /// <exception cref="VhdxException">Corrupt: it is no table at all, or a broken rule isn't noted.</exception>
    public static MetadataItems Judge(
        string image, FileRange region, ReadOnlySpan<byte> source, Action<VhdxException>? noted = null)
    {
        if (!MetadataTable.TryRead(source, out MetadataTable table))
        {
            throw new VhdxException(
                VhdxErrorKind.Corrupt, image, region.Start, "the metadata table has no signature").Breaking("R-MET-1");
        }

        if (table.EntryCount > MetadataTable.MaxEntryCount)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                image,
                region.Start + 10,
                "metadata entry count",
                table.EntryCount,
                "at most 2047").Breaking("R-MET-4");
        }

        var items = new MetadataItems(image, region, noted);
        items.JudgeEntries(table.EntryCount, source);
        return items;
    }

    /// <summary>Behind the last item of any kind, from the start of the region.</summary>
    public uint EndInRegion { get; private set; } = MetadataTable.SizeBytes;

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

    private void JudgeEntries(int count, ReadOnlySpan<byte> source)
    {
        var stretches = new List<(uint Start, uint End, FileOffset EntryAt)>(count);
        var seen = new HashSet<(Guid, bool)>();
        int userItems = 0;
        for (int i = 0; i < count; i++)
        {
            int offset = MetadataTable.EntriesOffset + (i * MetadataTableEntry.SizeBytes);
            FileOffset at = _region.Start + offset;
            MetadataTableEntry entry = MetadataTableEntry.Read(source[offset..]);
            userItems += entry.IsUser ? 1 : 0;
            VhdxException? defect = DefectOf(entry, at) ?? DefectOfPlace(entry, at);
            if (defect is null && !seen.Add((entry.ItemId, entry.IsUser)))
            {
                defect = new VhdxException(
                    VhdxErrorKind.Corrupt, _image, at, $"metadata item {entry.ItemId} is listed twice")
                    .Breaking("R-MET-1");
            }

            if (defect is null && entry.IsUser && userItems > MaxUserItems)
            {
                defect = VhdxException.Field(
                    VhdxErrorKind.Corrupt, _image, at, "number of user items", userItems, "at most 1024")
                    .Breaking("R-MET-4");
            }

            if (defect is not null)
            {
                _broken(defect);
                continue;
            }

            if (!entry.IsUser)
            {
                _system.Add(entry.ItemId, (entry, at));
            }

            if (entry.LengthBytes > 0)
            {
                uint end = entry.OffsetInRegion + entry.LengthBytes;
                stretches.Add((entry.OffsetInRegion, end, at));
                EndInRegion = uint.Max(EndInRegion, end);
            }
        }

        RequireApart(stretches);
    }

    private VhdxException? DefectOf(in MetadataTableEntry entry, FileOffset at)
    {
        if (entry.ItemId == Guid.Empty)
        {
            return new VhdxException(VhdxErrorKind.Corrupt, _image, at, "a metadata item has an id of zeros")
                .Breaking("R-MET-1");
        }

        // R-MET-3
        if ((entry.Flags & ~KnownFlags) != 0 || (entry.IsUser && entry.IsRequired))
        {
            return VhdxException.Field(
                VhdxErrorKind.Corrupt,
                _image,
                at + 24,
                $"flags of metadata item {entry.ItemId}",
                $"0x{entry.Flags:x}",
                "a legal mix").Breaking("R-MET-3");
        }

        if (entry.ItemId == MetadataItemIds.IncompleteFile && !entry.IsUser)
        {
            return new VhdxException(
                VhdxErrorKind.Incomplete,
                _image,
                at,
                "the image is marked as unfinished by the program that was making it").Breaking("R-MET-3");
        }

        return !entry.IsRequired || IsKnown(entry.ItemId) ? null : new VhdxException(
            VhdxErrorKind.Unsupported,
            _image,
            at,
            $"metadata item {entry.ItemId} is required but not known to this program").Breaking("R-MET-3");
    }

    private VhdxException? DefectOfPlace(in MetadataTableEntry entry, FileOffset at)
    {
        if (entry.LengthBytes > MaxItemBytes)
        {
            return VhdxException.Field(
                VhdxErrorKind.Corrupt,
                _image,
                at + 20,
                $"length of metadata item {entry.ItemId}",
                entry.LengthBytes,
                "at most 1 MiB").Breaking("R-MET-4");
        }

        // R-MET-2: an empty item has offset 0, every other one lies behind the table.
        bool isEmpty = entry.LengthBytes == 0;
        bool legal = isEmpty
            ? entry.OffsetInRegion == 0
            : entry.OffsetInRegion >= MetadataTable.SizeBytes
                && (long)entry.OffsetInRegion + entry.LengthBytes <= _region.LengthBytes;
        return legal ? null : VhdxException.Field(
            VhdxErrorKind.Corrupt,
            _image,
            at + 16,
            $"place of metadata item {entry.ItemId}",
            $"0x{entry.OffsetInRegion:x}, {entry.LengthBytes} bytes",
            "behind the table and inside the region").Breaking(isEmpty ? "R-MET-2" : "R-MET-1");
    }

    private void RequireApart(List<(uint Start, uint End, FileOffset EntryAt)> stretches)
    {
        stretches.Sort((a, b) => a.Start.CompareTo(b.Start));
        for (int i = 1; i < stretches.Count; i++)
        {
            if (stretches[i].Start < stretches[i - 1].End)
            {
                _broken(new VhdxException(
                    VhdxErrorKind.Corrupt, _image, stretches[i].EntryAt, "a metadata item overlaps another")
                    .Breaking("R-MET-1"));
            }
        }
    }
}
