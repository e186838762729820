using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Output;

/// <summary>
/// A picture of what a disk stores: rows of cells from the start of the disk to its end, each the more solid the more
/// of it is stored. At most 2048 cells, whatever the disk's size.
/// </summary>
internal sealed class DiskPicture
{
    public const int Columns = 64;
    public const int MostRows = 32;

    private const long LeastCellBytes = 64 << 10;
    private const int CellWidth = 11;
    private const int CellHeight = 14;
    private const int Gap = 1;
    private const int Margin = 16;
    private const int AxisWidth = 84;
    private const int HeadHeight = 56;
    private const int LegendLine = 18;
    private const int MarkSize = 11;
    private const int TextDrop = 10; // from the top of a mark to the line its letters stand on
    private const int MostNamed = 12;
    private const int LongestName = 80;
    private const double FaintestOpacity = 0.3;
    private const double OpacitySteps = 10;

    private readonly DifferencingChain _chain;
    private readonly DiskBins _bins;
    private readonly List<(string Style, string Text)> _legend;

    private DiskPicture(DifferencingChain chain)
    {
        _chain = chain;
        long wanted = (chain.Disk.LengthBytes + LeastCellBytes - 1) / LeastCellBytes;
        _bins = DiskBins.Of(chain.Disk, chain.Layers.Count, (int)long.Min(wanted, Columns * MostRows));
        _legend = [.. Legend()];
    }

    /// <summary>Draws the disk of a chain.</summary>
    /// <returns>An SVG document that needs nothing else.</returns>
    /// <exception cref="VhdxException">Io: the map can't be read.</exception>
    public static string Draw(DifferencingChain chain) => new DiskPicture(chain).Draw();

    private string Draw()
    {
        int rows = (_bins.Count + Columns - 1) / Columns;
        int height = HeadHeight + (rows * CellHeight) + Margin + (_legend.Count * LegendLine) + Margin;
        const int width = Margin + AxisWidth + (Columns * CellWidth) + Margin;
        string name = NameOf(_chain.Layers[^1].Path);
        string size = Sizes.Human(_bins.LengthBytes);
        var svg = new SvgText(width, height, $"What {name} stores of its disk of {size}", MapStyle.Sheet());
        svg.Rectangle(new SvgShape(0, 0, width, height), "back");
        svg.Text(Margin, Margin + TextDrop, name, "head");
        svg.Text(
            Margin,
            Margin + TextDrop + LegendLine,
            $"{size} ({_bins.LengthBytes.ToString(CultureInfo.InvariantCulture)} bytes), "
                + $"{PerCent(Total(DiskExtentKind.Data))} stored; a cell is {Sizes.Human(_bins.StartOf(1))}",
            "small");
        for (int row = 0; row < rows; row++)
        {
            DrawRow(svg, row);
        }

        double y = HeadHeight + (rows * CellHeight) + Margin;
        foreach ((string style, string text) in _legend)
        {
            if (style.Length > 0)
            {
                svg.Rectangle(new SvgShape(Margin, y, MarkSize, MarkSize), style);
            }

            svg.Text(Margin + MarkSize + (MarkSize / 2.0), y + TextDrop, text, "small");
            y += LegendLine;
        }

        return svg.Finish();
    }

    private void DrawRow(SvgText svg, int row)
    {
        int first = row * Columns;
        int end = int.Min(first + Columns, _bins.Count);
        double y = HeadHeight + (row * CellHeight);
        svg.Text(
            Margin + AxisWidth - MarkSize,
            y + TextDrop,
            string.Create(CultureInfo.InvariantCulture, $"0x{_bins.StartOf(first):x}"),
            "small end");
        for (int bin = first; bin < end;)
        {
            // Neighbours that look alike are one shape: a picture of a large empty disk stays small.
            (string Style, double Opacity) look = LookOf(bin);
            int next = bin + 1;
            while (next < end && LookOf(next) == look)
            {
                next++;
            }

            double x = Margin + AxisWidth + ((bin - first) * CellWidth);
            var shape = new SvgShape(x, y, ((next - bin) * CellWidth) - Gap, CellHeight - Gap);
            svg.Rectangle(shape, look.Style, look.Opacity, TitleOf(bin, next));
            bin = next;
        }
    }

    private (string Style, double Opacity) LookOf(int bin)
    {
        DiskExtentKind kind = _bins.MainKindOf(bin);
        if (kind != DiskExtentKind.Data)
        {
            return (StyleOf(kind), 1);
        }

        double share = (double)_bins.DataIn(bin) / (_bins.StartOf(bin + 1) - _bins.StartOf(bin));
        double opacity = FaintestOpacity + ((1 - FaintestOpacity) * share);
        return (
            MapStyle.ClassOf(_bins.MainLayerOf(bin), _bins.LayerCount),
            Math.Ceiling(opacity * OpacitySteps) / OpacitySteps);
    }

    private string TitleOf(int bin, int next)
    {
        long data = 0;
        long bad = 0;
        for (int i = bin; i < next; i++)
        {
            data += _bins.DataIn(i);
            bad += _bins.In(i, DiskExtentKind.Unreadable);
        }

        string range = string.Create(
            CultureInfo.InvariantCulture, $"0x{_bins.StartOf(bin):x} to 0x{_bins.StartOf(next):x}");
        string unreadable = bad > 0 ? $", {Sizes.Human(bad)} unreadable" : "";
        return $"{range}: {Sizes.Human(data)} stored{unreadable}";
    }

    // The newest layer first, as info lists them.
    private IEnumerable<(string Style, string Text)> Legend()
    {
        for (int layer = _bins.LayerCount - 1; layer >= int.Max(_bins.LayerCount - MostNamed, 0); layer--)
        {
            long bytes = 0;
            for (int bin = 0; bin < _bins.Count; bin++)
            {
                bytes += _bins.DataIn(bin, layer);
            }

            string depth = _bins.LayerCount == 1 ? "" : $"layer {layer}, ";
            yield return (
                MapStyle.ClassOf(layer, _bins.LayerCount),
                $"{depth}{NameOf(_chain.Layers[layer].Path)}: {Sizes.Human(bytes)}, {PerCent(bytes)}");
        }

        if (_bins.LayerCount > MostNamed)
        {
            yield return ("", $"and {_bins.LayerCount - MostNamed} older layers");
        }

        foreach (DiskExtentKind kind in (DiskExtentKind[])
            [DiskExtentKind.Zero, DiskExtentKind.Absent, DiskExtentKind.Unreadable])
        {
            long bytes = Total(kind);
            if (bytes > 0)
            {
                yield return (StyleOf(kind), $"{TextOf(kind)}: {Sizes.Human(bytes)}, {PerCent(bytes)}");
            }
        }
    }

    private long Total(DiskExtentKind kind) => Enumerable.Range(0, _bins.Count).Sum(bin => _bins.In(bin, kind));

    private string PerCent(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{100.0 * bytes / _bins.LengthBytes:0.##} %");

    private static string StyleOf(DiskExtentKind kind) => kind switch
    {
        DiskExtentKind.Zero => "zero",
        DiskExtentKind.Absent => "absent",
        _ => "bad",
    };

    private static string TextOf(DiskExtentKind kind) => kind switch
    {
        DiskExtentKind.Zero => "known to be zero",
        DiskExtentKind.Absent => "held by no layer, so zero",
        _ => "can't be read",
    };

    private static string NameOf(string path)
    {
        string name = OneLine.Escape(Path.GetFileName(path));
        return name.Length <= LongestName ? name : $"{name[..LongestName]}…";
    }
}
