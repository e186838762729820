using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>A whole run, as the table, the JSON and the charts show it.</summary>
internal sealed record RunReport
{
    /// <summary>Above this many times the number of cores, other work must have been going on.</summary>
    private const double BusyLoadPerCore = 2;

    /// <summary>The same before anything of ours ran.</summary>
    private const double BusyLoadAtStartPerCore = 0.5;

    public required DateTimeOffset Started { get; init; }

    public required MachineFacts Machine { get; init; }

    public required int Rounds { get; init; }

    public required double JobSeconds { get; init; }

    public required long DiskBytes { get; init; }

    /// <summary>Name and version of everybody who took part.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>Which of them are builds of ours.</summary>
    public required IReadOnlyList<string> OurNames { get; init; }

    public required IReadOnlyList<string> Lacking { get; init; }

    public IReadOnlyList<LoadOfRound> Loads { get; init; } = [];

    public IReadOnlyList<RowResult> Rows { get; init; } = [];

    /// <summary>The names of the contestants, in the order of the report.</summary>
    [JsonIgnore]
    public IEnumerable<string> Names => Versions.Keys;

    /// <summary>The report with what was measured.</summary>
    public RunReport With(Selection selection, IReadOnlyList<Contestant> contestants, ResultBook book) => this with
    {
        Loads = [.. book.Loads.Select(load => new LoadOfRound(load.Before, load.After))],
        Rows = [.. selection.Rows.Select(row => RowResult.Of(row, contestants, book))],
    };

    /// <summary>What makes the figures doubtful.</summary>
    public IEnumerable<string> Warnings()
    {
        if (Loads.Count > 0 && Loads[0].Before > BusyLoadAtStartPerCore * Machine.Cores)
        {
            yield return $"the machine was busy before the run: its load average was {Loads[0].Before:0.0}";
        }

        foreach (LoadOfRound load in Loads.Where(load => load.After > BusyLoadPerCore * Machine.Cores))
        {
            yield return $"the load average after a round was {load.After:0.0}: more than the run itself makes?";
        }
    }
}
