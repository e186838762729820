using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Workloads;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>Bars of ours and the peers, row by row: how many times as good as the best peer, on a scale of doublings.
/// Longer is better in every row.</summary>
internal static class RatioChart
{
    private const double Width = 860;
    private const double LabelWidth = 190;
    private const double RightMargin = 60;
    private const double Top = 74;
    private const double BarHeight = 8;
    private const double RowGap = 12;
    private const double Bottom = 26;
    private const int WidestDoublings = 6; // a bar is cut at 64 times and at a 64th; its figure isn't

    /// <returns>Null when no row has a peer.</returns>
    public static string? Draw(RunReport report)
    {
        IReadOnlyList<RowResult> rows =
            [.. report.Rows.Where(row => row is { Row.Goal: not null, BestPeer: not null, Standings.Count: > 0 })];
        if (rows.Count == 0)
        {
            return null;
        }

        double height = Top + rows.Sum(HeightOf) + Bottom;
        using SvgWriter svg = new(
            Width, height, "How many times as fast as the best peer", ChartStyle.SheetFor(report));
        svg.Text(16, 26, "vhdxfuse beside other ways to mount a VHDX image", "head");
        svg.Text(16, 44, "times as good as the best peer (1×); each line doubles; longer is better", "small");
        ChartLegend.Draw(svg, report, BarNames(rows), 16, 64);
        Scale scale = Scale.For(rows);
        for (int doublings = scale.Lowest; doublings <= scale.Highest; doublings++)
        {
            double x = scale.At(Math.Pow(2, doublings));
            svg.Line(x, Top, x, height - Bottom, doublings == 0 ? "mark" : "grid");
            svg.Text(x, height - 10, doublings < 0 ? $"1/{1 << -doublings}×" : $"{1 << doublings}×", "small middle");
        }

        double y = Top;
        foreach (RowResult row in rows)
        {
            DrawRow(svg, report, row, scale, y);
            y += HeightOf(row);
        }

        return svg.Finish();
    }

    private static void DrawRow(SvgWriter svg, RunReport report, RowResult row, Scale scale, double top)
    {
        double y = top + (RowGap / 2);
        svg.Text(LabelWidth - 10, y + ((HeightOf(row) - RowGap) / 2) + 4, row.Row.Name, "end");
        foreach (Result result in BarsOf(row))
        {
            double times = TimesAsGood(row, result);
            double end = scale.At(times);
            string style = ChartStyle.ClassOf(report, result.Contestant);
            svg.Rectangle(LabelWidth, y, Math.Max(end - LabelWidth, 1), BarHeight - 1, style);
            if (result.Kind == ContestantKind.Ours)
            {
                svg.Text(end + 4, y + BarHeight, $"{Figures.Of(times)}×", "small ours");
            }

            y += BarHeight;
        }
    }

    private static double HeightOf(RowResult row) => (BarsOf(row).Count() * BarHeight) + RowGap;

    private static IEnumerable<Result> BarsOf(RowResult row) => row.Results.Where(
        result => result.Kind != ContestantKind.Limit && result.Spread is { Median: > 0 });

    private static IEnumerable<string> BarNames(IEnumerable<RowResult> rows) =>
        rows.SelectMany(BarsOf).Select(result => result.Contestant).Distinct(StringComparer.Ordinal);

    private static double TimesAsGood(RowResult row, Result result)
    {
        double best = row.BestPeer!.Spread!.Median;
        double own = result.Spread!.Median;
        return row.Row.Better == Better.Higher ? own / best : best / own;
    }

    /// <summary>Doublings to pixels.</summary>
    private sealed record Scale(int Lowest, int Highest)
    {
        public static Scale For(IReadOnlyList<RowResult> rows)
        {
            IReadOnlyList<double> doublings =
                [.. from row in rows from bar in BarsOf(row) select Math.Log2(TimesAsGood(row, bar))];
            return new Scale(
                Math.Clamp((int)Math.Floor(doublings.Min()), -WidestDoublings, -1),
                Math.Clamp((int)Math.Ceiling(doublings.Max()), 1, WidestDoublings));
        }

        public double At(double times)
        {
            double doublings = Math.Clamp(Math.Log2(times), Lowest, Highest);
            return LabelWidth + ((doublings - Lowest) / (Highest - Lowest) * (Width - LabelWidth - RightMargin));
        }
    }
}
