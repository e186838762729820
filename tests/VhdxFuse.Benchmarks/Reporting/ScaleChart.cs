using System;
using System.Collections.Generic;
using System.Linq;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>Curves of the scale rows, two panels a line: what grows to the right, requests a second upwards.</summary>
internal static class ScaleChart
{
    private const double Width = 860;
    private const double Top = 74;
    private const double PanelWidth = 400;
    private const double PanelHeight = 210;
    private const double PlotLeft = 60;
    private const double PlotTop = 26;
    private const double PlotWidth = 310;
    private const double PlotHeight = 140;
    private const int Lines = 4;
    private const double Headroom = 1.05;

    /// <returns>Null when there is no such row.</returns>
    public static string? Draw(RunReport report)
    {
        IReadOnlyList<IGrouping<string, RowResult>> curves =
        [
            .. report.Rows
                .Where(row => row.Row.Point is not null && row.Results.Any(result => result.Spread is not null))
                .GroupBy(row => row.Row.Point!.Curve, StringComparer.Ordinal),
        ];
        if (curves.Count == 0)
        {
            return null;
        }

        double height = Top + (((curves.Count + 1) / 2) * PanelHeight);
        using SvgWriter svg = new(Width, height, "Random reads as images grow", ChartStyle.SheetFor(report));
        svg.Text(16, 26, "Random reads of 4 KiB as images grow", "head");
        svg.Text(16, 44, "requests a second, one in flight for each reader", "small");
        ChartLegend.Draw(svg, report, report.Names.Where(name => curves.Any(curve => Draws(curve, name))), 16, 64);
        foreach ((int index, IGrouping<string, RowResult> curve) in curves.Index())
        {
            DrawPanel(
                svg,
                report,
                curve,
                ((index % 2) * (PanelWidth + 30)) + PlotLeft,
                Top + ((index / 2) * PanelHeight) + PlotTop);
        }

        return svg.Finish();
    }

    private static void DrawPanel(
        SvgWriter svg, RunReport report, IGrouping<string, RowResult> curve, double left, double top)
    {
        RowResult[] rows = [.. curve];
        double highest = Headroom * rows.SelectMany(row => row.Results).Max(result => result.Spread?.Median ?? 0);
        svg.Text(left, top - 8, curve.Key, "ours");
        for (int line = 0; line <= Lines; line++)
        {
            double y = top + PlotHeight - (PlotHeight * line / Lines);
            svg.Line(left, y, left + PlotWidth, y, "grid");
            svg.Text(left - 6, y + 4, Figures.Of(highest * line / Lines), "small end");
        }

        double step = PlotWidth / rows.Length;
        foreach ((int index, RowResult row) in rows.Index())
        {
            svg.Text(left + (step * (index + 0.5)), top + PlotHeight + 16, row.Row.Point!.Label, "small middle");
        }

        foreach (string name in report.Names.Where(name => Draws(curve, name)))
        {
            string style = ChartStyle.ClassOf(report, name);
            (double X, double Y)[] points =
            [
                .. from item in rows.Index()
                   let median = MedianOf(item.Item, name)
                   where median is not null
                   let x = left + (step * (item.Index + 0.5))
                   select (x, top + PlotHeight - (PlotHeight * median.Value / highest)),
            ];
            svg.Polyline(points, style);
            foreach ((double x, double y) in points)
            {
                svg.Circle(x, y, 3.5, style);
            }
        }
    }

    private static bool Draws(IEnumerable<RowResult> curve, string name) =>
        curve.Any(row => MedianOf(row, name) is not null);

    private static double? MedianOf(RowResult row, string name) =>
        row.Results.FirstOrDefault(result => result.Contestant == name)?.Spread?.Median;
}
