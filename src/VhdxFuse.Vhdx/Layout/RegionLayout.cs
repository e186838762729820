using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Vhdx.Layout;

/// <summary>Where the log and the regions lie, proved to be inside the file and apart from each other.</summary>
internal sealed class RegionLayout
{
    /// <summary>Offset of the second copy from the first, and of the first from the file's start.</summary>
    public static readonly FileOffset FirstTable = new(192 * Units.KiB);

    public static readonly FileOffset SecondTable = new(256 * Units.KiB);

    /// <summary>Identifier, headers and region tables: nothing else may lie below it (R-LAY-1).</summary>
    public static readonly FileRange HeaderSection = new("header section", default, Units.MiB);

    private readonly FileRange[] _taken; // by start, apart, none empty

    private RegionLayout(FileRange[] taken, FileRange bat, FileRange metadata, IReadOnlyList<RegionTableEntry> entries)
    {
        _taken = taken;
        Bat = bat;
        Metadata = metadata;
        Entries = entries;
    }

    public FileRange Bat { get; }

    public FileRange Metadata { get; }

    public IReadOnlyList<RegionTableEntry> Entries { get; }

    /// <summary>All of that, by place.</summary>
    public ReadOnlySpan<FileRange> Taken => _taken;

    /// <summary>Judges a region table (R-LAY-1 and the rules below).</summary>
    /// <param name="image">Name for messages.</param>
    /// <param name="tableAt">Where the copy lies that <paramref name="table"/> was read from.</param>
    /// <param name="table">As decoded.</param>
    /// <param name="log">The log's range; of length 0 when there is none.</param>
    /// <param name="fileLengthBytes">After replay.</param>
    /// <param name="noted">Told of each broken rule instead of its being thrown; a region that can't be used is then
    /// left out, and of length 0 if it is needed.</param>
    public static RegionLayout Judge(
        string image,
        FileOffset tableAt,
        in RegionTable table,
        FileRange log,
        long fileLengthBytes,
        Action<VhdxException>? noted = null)
    {
        var ranges = new List<FileRange>(table.Entries.Count + 2) { HeaderSection };
        if (log.LengthBytes > 0)
        {
            ranges.Add(log);
        }

        var seen = new HashSet<Guid>();
        FileRange? bat = null;
        FileRange? metadata = null;
        for (int i = 0; i < table.Entries.Count; i++)
        {
            FileOffset entryAt = tableAt + RegionTable.EntriesOffset + (i * RegionTableEntry.SizeBytes);
            RegionTableEntry entry = table.Entries[i];
            if (!seen.Add(entry.Id))
            {
                Break(noted, new VhdxException(
                    VhdxErrorKind.Corrupt, image, entryAt, $"region {entry.Id} is listed twice").Breaking("R-REG-4"));
            }
            else if (RangeOf(image, entryAt, entry, fileLengthBytes, noted) is { } range)
            {
                ranges.Add(range);
                bat = entry.Id == RegionIds.Bat ? range : bat;
                metadata = entry.Id == RegionIds.Metadata ? range : metadata;
            }
        }

        FileRange[] taken = [.. ranges];
        Array.Sort(taken, (a, b) => a.Start.CompareTo(b.Start));
        RequireApart(image, taken, noted);
        return new RegionLayout(
            taken,
            bat ?? Missing(image, tableAt, seen.Contains(RegionIds.Bat), "BAT", noted),
            metadata ?? Missing(image, tableAt, seen.Contains(RegionIds.Metadata), "metadata", noted),
            table.Entries);
    }

    /// <summary>The log, region or header section that a stretch of the file runs into; null when it is free of
    /// them.</summary>
    public FileRange? Hit(FileOffset start, long lengthBytes)
    {
        // They are apart and sorted: of those that start before the stretch ends, the last one ends last.
        FileOffset end = start + lengthBytes;
        int low = 0;
        int high = _taken.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = _taken[middle].Start < end ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && _taken[low - 1].Overlaps(start, lengthBytes) ? _taken[low - 1] : null;
    }

    private static FileRange? RangeOf(
        string image, FileOffset entryAt, RegionTableEntry entry, long fileLengthBytes, Action<VhdxException>? noted)
    {
        // R-REG-4 (T-2): by GUID alone; QEMU doesn't mark them as required.
        bool known = entry.Id == RegionIds.Bat || entry.Id == RegionIds.Metadata;
        string name = entry.Id == RegionIds.Bat ? "BAT region"
            : entry.Id == RegionIds.Metadata ? "metadata region" : $"region {entry.Id}";
        // R-REG-8
        if ((entry.Flags & ~RegionTableEntry.RequiredFlag) != 0)
        {
            Break(noted, VhdxException.Field(
                VhdxErrorKind.Corrupt, image, entryAt + 28, $"flags of {name}", $"0x{entry.Flags:x}", "only bit 0")
                .Breaking("R-REG-8"));
        }

        // R-REG-5
        if (!known && (entry.Flags & RegionTableEntry.RequiredFlag) != 0)
        {
            Break(noted, new VhdxException(
                VhdxErrorKind.Unsupported, image, entryAt, $"{name} is required but not known to this program")
                .Breaking("R-REG-5"));
        }

        if (DefectOfPlace(image, entryAt, entry, name, fileLengthBytes) is { } defect)
        {
            Break(noted, defect);
            return null;
        }

        return new FileRange(name, new FileOffset((long)entry.FileOffset), entry.LengthBytes);
    }

    private static VhdxException? DefectOfPlace(
        string image, FileOffset entryAt, RegionTableEntry entry, string name, long fileLengthBytes)
    {
        if (entry.FileOffset % Units.MiB != 0 || entry.FileOffset < Units.MiB)
        {
            return VhdxException.Field(
                VhdxErrorKind.Corrupt,
                image,
                entryAt + 16,
                $"offset of {name}",
                $"0x{entry.FileOffset:x}",
                "whole MiB from 1 MiB up").Breaking("R-LAY-1");
        }

        if (entry.LengthBytes == 0 || entry.LengthBytes % Units.MiB != 0)
        {
            return VhdxException.Field(
                VhdxErrorKind.Corrupt,
                image,
                entryAt + 24,
                $"length of {name}",
                $"0x{entry.LengthBytes:x}",
                "whole MiB, not 0").Breaking("R-LAY-1");
        }

        if (entry.FileOffset > ulong.MaxValue - entry.LengthBytes)
        {
            return new VhdxException(
                VhdxErrorKind.Corrupt, image, entryAt + 16, $"offset and length of {name} overflow")
                .Breaking("R-REG-6");
        }

        // R-REG-7
        return entry.FileOffset + entry.LengthBytes <= (ulong)fileLengthBytes ? null : new VhdxException(
            VhdxErrorKind.Truncated,
            image,
            entryAt + 16,
            $"{name} ends at 0x{entry.FileOffset + entry.LengthBytes:x}, but the file at 0x{fileLengthBytes:x}")
            .Breaking("R-REG-7");
    }

    // R-REG-6: sorted by start, so neighbours are enough.
    private static void RequireApart(string image, FileRange[] sorted, Action<VhdxException>? noted)
    {
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i - 1].Overlaps(sorted[i].Start, sorted[i].LengthBytes))
            {
                Break(noted, new VhdxException(
                    VhdxErrorKind.Corrupt, image, sorted[i].Start, $"{sorted[i].Name} overlaps {sorted[i - 1].Name}")
                    .Breaking("R-REG-6"));
            }
        }
    }

    // One that is listed but can't be used has been noted already.
    private static FileRange Missing(
        string image, FileOffset tableAt, bool isListed, string name, Action<VhdxException>? noted)
    {
        if (!isListed)
        {
            Break(noted, new VhdxException(
                VhdxErrorKind.Corrupt, image, tableAt, $"the region table has no {name} region").Breaking("R-REG-4"));
        }

        return new FileRange($"{name} region", default, 0);
    }

    private static void Break(Action<VhdxException>? noted, VhdxException error)
    {
        if (noted is null)
        {
            throw error;
        }

        noted(error);
    }
}
