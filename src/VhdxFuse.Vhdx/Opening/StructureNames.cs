using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>Names for places in a file, by what its structures say after replay. Blocks are looked for in one walk over
/// the table, and only those that hold one of the places asked for.</summary>
internal sealed class StructureNames
{
    private const int EntriesPerPage = Units.KiB * 4 / BatEntry.SizeBytes;
    private readonly VhdxImage _image;
    private readonly Dictionary<ulong, string> _blocks = [];

    private StructureNames(VhdxImage image) => _image = image;

    /// <returns>Null when the file can't be opened as an image.</returns>
    public static StructureNames? TryFor(IImageFile file, IReadOnlyList<LogUpdate> updates)
    {
        try
        {
            // Not disposed: the file isn't ours.
            var names = new StructureNames(VhdxImage.Open(file, new OpenOptions()));
            names.FindBlocks(updates);
            return names;
        }
        catch (VhdxException error) when (error.Kind != VhdxErrorKind.Io)
        {
            return null;
        }
    }

    public string NameOf(ulong place)
    {
        if (place >= (ulong)Units.MaxFileSizeBytes)
        {
            return "behind every file";
        }

        var at = new FileOffset((long)place);
        if (at < RegionLayout.HeaderSection.End)
        {
            return NameOfFixed(at);
        }

        FileRange bat = _image.Layout.Bat;
        if (bat.Overlaps(at, 1))
        {
            long first = (at.Value - bat.Start.Value) / BatEntry.SizeBytes;
            return $"BAT, entries {first} to {first + EntriesPerPage - 1}";
        }

        return _image.Layout.Hit(at, 1) is { } hit ? hit.Name
            : _blocks.TryGetValue(place, out string? block) ? block : "unused space";
    }

    private static string NameOfFixed(FileOffset at) =>
        at < HeaderPair.OffsetOf(0) ? "file identifier"
        : at < HeaderPair.OffsetOf(1) ? "header 1"
        : at < RegionLayout.FirstTable ? "header 2"
        : at < RegionLayout.SecondTable ? "region table 1"
        : at < RegionLayout.SecondTable + RegionTable.SizeBytes ? "region table 2"
        : "header section";

    private void FindBlocks(IReadOnlyList<LogUpdate> updates)
    {
        var places = new SortedSet<ulong>();
        foreach (LogUpdate update in updates)
        {
            if (update.TargetOffset < (ulong)Units.MaxFileSizeBytes
                && _image.Layout.Hit(new FileOffset((long)update.TargetOffset), 1) is null)
            {
                places.Add(update.TargetOffset);
            }
        }

        var walk = new BatWalk(_image.File, _image.Geometry, _image.Layout);
        using BatWalk.Enumerator items = walk.GetEnumerator();
        while (places.Count > 0 && items.MoveNext())
        {
            BatItem item = items.Current;
            if (item.LengthBytes == 0)
            {
                continue;
            }

            // Named once, by the first: any number of blocks may claim one place.
            ulong start = (ulong)item.Start.Value;
            foreach (ulong place in places.GetViewBetween(start, start + (ulong)item.LengthBytes - 1).ToArray())
            {
                _blocks.Add(place, walk.Rules.NameOf(item));
                places.Remove(place);
            }
        }
    }
}
