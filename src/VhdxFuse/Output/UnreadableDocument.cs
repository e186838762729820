using System.Collections.Generic;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Output;

/// <summary>A range of a disk that can't be read; in a repaired image it is zeros. Bytes.</summary>
internal sealed record UnreadableDocument(long Start, long Length, string Reason)
{
    /// <summary>A disk whose table is broken has millions of bad places; the first thousand tell the story.</summary>
    public const int MostRanges = 1000;

    private const int MostExtents = 1 << 20;

    public static IReadOnlyList<UnreadableDocument> ListOf(VirtualDisk disk)
    {
        var ranges = new List<UnreadableDocument>();
        int steps = 0;
        foreach (DiskExtent extent in disk.Extents(0, disk.LengthBytes))
        {
            if (extent.Defect is { } defect)
            {
                ranges.Add(new UnreadableDocument(extent.DiskOffset, extent.LengthBytes, defect.Message));
            }

            if (ranges.Count == MostRanges || ++steps == MostExtents)
            {
                break;
            }
        }

        return ranges;
    }
}
