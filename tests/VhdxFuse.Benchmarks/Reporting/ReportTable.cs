using System;
using System.Collections.Generic;
using System.Linq;
using Spectre.Console;
using VhdxFuse.Benchmarks.Workloads;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>The run on the console.</summary>
internal static class ReportTable
{
    private const int WidthWithoutTerminal = 220;
    private const int LongestReason = 32; // in a cell; the whole one is said below

    public static void WriteHeader(IAnsiConsole console, RunReport report)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }

        console.WriteLine(
            $"{report.Machine.Processor}, {report.Machine.Cores} cores, {report.Machine.MemoryGiB:0} GiB, "
            + $"Linux {report.Machine.Kernel}, {report.Machine.FileSystem}");
        console.WriteLine(
            $"{report.Rounds} rounds, {report.JobSeconds} s a job, a disk of {report.DiskBytes >> 20} MiB, "
            + "blocks of 1 MiB");
        foreach ((string name, string version) in report.Versions)
        {
            console.WriteLine($"  {name}: {version}");
        }

        foreach (string lack in report.Lacking)
        {
            console.WriteLine($"goes on without {lack}");
        }
    }

    public static void WriteRows(IAnsiConsole console, RunReport report)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumns("row", "unit");
        string[] names = [.. report.Names.Where(
            name => report.Rows.Any(row => row.Results.Any(result => result.Contestant == name)))];
        foreach (string name in names)
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        }

        table.AddColumn(new TableColumn("÷ best peer").RightAligned());
        table.AddColumn(new TableColumn("÷ raw").RightAligned());
        table.AddColumns("goal", "");
        foreach (RowResult row in report.Rows.Where(row => row.Row.Point is null))
        {
            table.AddRow([.. CellsOf(row, names)]);
        }

        if (table.Rows.Count > 0)
        {
            console.Write(table);
        }

        WriteCurves(console, report);
        WriteRemarks(console, report);
    }

    private static IEnumerable<Markup> CellsOf(RowResult row, IEnumerable<string> names)
    {
        yield return new Markup(Markup.Escape(row.Row.Name));
        yield return new Markup(row.Row.Unit);
        foreach (string name in names)
        {
            Result? result = row.Results.FirstOrDefault(result => result.Contestant == name);
            yield return new Markup(result is null ? "" : Cell(result, isBest: ReferenceEquals(result, row.BestPeer)));
        }

        yield return PerBuild(row, standing => Figures.Ratio(standing.RatioToBestPeer));
        yield return PerBuild(row, standing => Figures.Ratio(standing.RatioToRaw));
        yield return new Markup(row.Row.Goal?.ToString() ?? "");
        yield return PerBuild(row, standing => standing.GoalReached switch
        {
            true => "[green]reached[/]",
            false => "[red]missed[/]",
            null => "",
        });
    }

    private static string Cell(Result result, bool isBest)
    {
        string figures = result.Spread is { } spread ? Figures.Of(spread.Median) : "";
        if (result.Spread is { } wide && wide.Min < wide.Max)
        {
            figures += $"\n[dim]{Figures.Of(wide.Min)}–{Figures.Of(wide.Max)}[/]";
        }

        string failure = result.Failure is { } reason ? $"[yellow]{Markup.Escape(Shortened(reason))}[/]" : "";
        string both = figures.Length > 0 && failure.Length > 0 ? $"{figures}\n{failure}" : figures + failure;
        return isBest ? $"[bold]{both}[/]" : both;
    }

    private static string Shortened(string reason) =>
        reason.Length <= LongestReason ? reason : reason[..(LongestReason - 1)] + "…";

    private static Markup PerBuild(RowResult row, Func<Standing, string> text) =>
        new(string.Join('\n', row.Standings.Select(text)));

    /// <summary>A small table a curve: a line for each contestant, a column for each point.</summary>
    private static void WriteCurves(IAnsiConsole console, RunReport report)
    {
        foreach (IGrouping<string, RowResult> curve in report.Rows.Where(row => row.Row.Point is not null)
            .GroupBy(row => row.Row.Point!.Curve, StringComparer.Ordinal))
        {
            Table table = new() { Border = TableBorder.Simple, Title = new TableTitle($"IOPS by {curve.Key}") };
            table.AddColumn(curve.Key);
            foreach (RowResult row in curve)
            {
                table.AddColumn(new TableColumn(row.Row.Point!.Label).RightAligned());
            }

            foreach (string name in report.Names.Where(
                name => curve.Any(row => row.Results.Any(result => result.Contestant == name))))
            {
                IEnumerable<string> cells = curve
                    .Select(row => row.Results.FirstOrDefault(result => result.Contestant == name))
                    .Select(result => result is null ? "" : Cell(result, isBest: false));
                table.AddRow([Markup.Escape(name), .. cells]);
            }

            console.Write(table);
        }
    }

    private static void WriteRemarks(IAnsiConsole console, RunReport report)
    {
        foreach (RowResult row in report.Rows)
        {
            foreach (Result result in row.Results.Where(result => result.Failure is not null))
            {
                console.WriteLine($"{row.Row.Name}: {result.Contestant}: {result.Failure}");
            }
        }

        foreach ((int round, LoadOfRound load) in report.Loads.Index())
        {
            console.WriteLine($"load average, round {round + 1}: {load.Before:0.0} before, {load.After:0.0} after");
        }

        foreach (string warning in report.Warnings())
        {
            console.MarkupLine($"[yellow]{Markup.Escape(warning)}[/]");
        }

        IReadOnlyList<Goal> judged = [.. from row in report.Rows from standing in row.Standings.Take(1)
                                         where standing.GoalReached is not null select row.Row.Goal];
        if (judged.Count > 0)
        {
            int reached = report.Rows.Count(row => row.Standings.Take(1).Any(standing => standing.GoalReached == true));
            console.WriteLine($"{reached} of {judged.Count} goals reached");
        }
    }
}
