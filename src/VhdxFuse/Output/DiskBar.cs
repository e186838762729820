using System;
using System.Text;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Output;

/// <summary>A picture of a disk in one line.</summary>
internal static class DiskBar
{
    private const int MinWidth = 10;
    private const int MaxWidth = 200;
    private const string Reset = "\e[0m";
    private const string Red = "\e[31m";
    private const string Grey = "\e[90m";

    // From the 256 colours of terminals: blues that are told apart on dark and on light ground.
    private static readonly int[] Shades = [25, 32, 39, 75, 111];

    /// <summary>One character for each part of the disk: the most telling of what the part holds.</summary>
    /// <param name="disk">What to draw.</param>
    /// <param name="layerCount">Its layers.</param>
    /// <param name="width">In characters; kept within 10 and 200.</param>
    /// <param name="colours">Whether layers are told apart by shades of blue, the base darkest.</param>
    public static string Draw(VirtualDisk disk, int layerCount, int width, bool colours)
    {
        DiskBins bins = DiskBins.Of(disk, layerCount, int.Clamp(width, MinWidth, MaxWidth));
        var bar = new StringBuilder();
        string colour = "";
        for (int bin = 0; bin < bins.Count; bin++)
        {
            string next = colours ? ColourOf(bins, bin) : "";
            if (!string.Equals(next, colour, StringComparison.Ordinal))
            {
                bar.Append(next);
                colour = next;
            }

            bar.Append(MarkOf(bins.MainKindOf(bin)));
        }

        return bar.Append(colours ? Reset : "").ToString();
    }

    private static char MarkOf(DiskExtentKind kind) => kind switch
    {
        DiskExtentKind.Data => '#',
        DiskExtentKind.Zero => '.',
        DiskExtentKind.Absent => ' ',
        _ => '!',
    };

    private static string ColourOf(DiskBins bins, int bin) => bins.MainKindOf(bin) switch
    {
        DiskExtentKind.Data => $"\e[38;5;{ShadeOf(bins.MainLayerOf(bin), bins.LayerCount)}m",
        DiskExtentKind.Unreadable => Red,
        _ => Grey,
    };

    private static int ShadeOf(int layer, int layerCount) =>
        layerCount == 1 ? Shades[1] : Shades[layer * (Shades.Length - 1) / (layerCount - 1)];
}
