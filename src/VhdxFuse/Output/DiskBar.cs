using System;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Output;

/// <summary>A picture of a disk in one line.</summary>
internal static class DiskBar
{
    private const int MinWidth = 10;
    private const int MaxWidth = 200;

    /// <summary>One character for each part of the disk: the most telling of what the part holds.</summary>
    public static string Draw(VirtualDisk disk, int width)
    {
        width = int.Clamp(width, MinWidth, MaxWidth);
        Span<char> bar = stackalloc char[width];
        bar.Fill(' ');
        foreach (DiskExtent extent in disk.Extents(0, disk.LengthBytes))
        {
            if (extent.Kind == DiskExtentKind.Absent)
            {
                continue;
            }

            char mark = extent.Kind switch
            {
                DiskExtentKind.Data => '#',
                DiskExtentKind.Zero => '.',
                _ => '!',
            };
            int first = CellOf(extent.DiskOffset, disk.LengthBytes, width);
            int last = CellOf(extent.DiskOffset + extent.LengthBytes - 1, disk.LengthBytes, width);
            for (int cell = first; cell <= last; cell++)
            {
                bar[cell] = Rank(mark) > Rank(bar[cell]) ? mark : bar[cell];
            }
        }

        return new string(bar);
    }

    private static int CellOf(long offset, long length, int width) => (int)((Int128)offset * width / length);

    private static int Rank(char mark) => " .#!".IndexOf(mark, StringComparison.Ordinal);
}
