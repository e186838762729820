using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Xml.Linq;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Reporting;
using VhdxFuse.Benchmarks.Workloads;
using Xunit;

namespace VhdxFuse.Interop.Tests.Benchmarks;

public sealed class ChartTests
{
    private const string OddName = "<peer> & \"co\"";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Bars_are_longer_the_better_whatever_the_unit()
    {
        Row rate = Row.Rate("rate", "") with { Goal = Goal.RatioAtLeast(1) };
        Row latency = Row.Latency("latency", "") with { Goal = Goal.RatioAtMost(1) };
        XElement chart = XElement.Parse(RatioChart.Draw(ReportOf(RowOf(rate, 400, 100), RowOf(latency, 10, 40)))!);
        double[] ours = [.. Bars(chart, "c0")];
        double[] theirs = [.. Bars(chart, "c1")];
        Assert.Equal(2, ours.Length);
        Assert.Equal(2, theirs.Length);
        Assert.All(ours.Zip(theirs), pair => Assert.True(pair.First > pair.Second, $"{pair}"));
    }

    [Fact]
    public void Names_are_escaped()
    {
        Row rate = Row.Rate("a < b", "") with { Goal = Goal.RatioAtLeast(1) };
        string[] texts = [.. XElement.Parse(RatioChart.Draw(ReportOf(RowOf(rate, 1, 2)))!)
            .Elements(Svg + "text").Select(text => text.Value)];
        Assert.Contains("a < b", texts, StringComparer.Ordinal);
        Assert.Contains(OddName, texts, StringComparer.Ordinal);
    }

    [Fact]
    public void A_curve_has_a_point_for_each_of_its_rows()
    {
        RowResult[] rows = [.. Enumerable.Range(1, 3).Select(n => RowOf(
            Row.Rate($"scale-{n}", "") with { Point = new CurvePoint("depth", n, $"{n}") }, 10 * n, 5))];
        XElement chart = XElement.Parse(ScaleChart.Draw(ReportOf(rows))!);
        Assert.Equal(2, chart.Elements(Svg + "polyline").Count());
        Assert.Equal(6, chart.Elements(Svg + "circle").Count());
    }

    [Fact]
    public void Without_rows_there_is_no_chart()
    {
        Assert.Null(RatioChart.Draw(ReportOf()));
        Assert.Null(ScaleChart.Draw(ReportOf()));
    }

    /// <summary>The widths of the bars of a class; the square in the legend isn't one.</summary>
    private static IEnumerable<double> Bars(XElement chart, string style) =>
        from bar in chart.Elements(Svg + "rect")
        where (string?)bar.Attribute("class") == style
        let width = double.Parse((string)bar.Attribute("width")!, CultureInfo.InvariantCulture)
        where width > 10
        select width;

    private static RowResult RowOf(Row row, double ours, double theirs) => RowResult.Of(
        row,
        [
            new Result("ours", ContestantKind.Ours, [ours], Spread.Of([ours]), Failure: null),
            new Result(OddName, ContestantKind.Peer, [theirs], Spread.Of([theirs]), Failure: null),
        ]);

    private static RunReport ReportOf(params RowResult[] rows) => new()
    {
        Started = DateTimeOffset.UnixEpoch,
        Machine = new MachineFacts("a processor", 2, 8, "6.18", "ext4"),
        Rounds = 1,
        JobSeconds = 1,
        DiskBytes = 1 << 30,
        Versions = new Dictionary<string, string>(StringComparer.Ordinal) { ["ours"] = "1", [OddName] = "2" },
        OurNames = ["ours"],
        Lacking = [],
        Rows = rows,
    };
}
