using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Workloads;

namespace VhdxFuse.Benchmarks.Running;

/// <summary>Runs every workload on every contestant it takes, round by round. A failure stays in its cell.</summary>
/// <param name="bench">Where.</param>
/// <param name="contestants">In the order of the first round.</param>
/// <param name="selection">What is run.</param>
/// <param name="progress">Told what comes next.</param>
internal sealed class Suite(
    Workbench bench, IReadOnlyList<Contestant> contestants, Selection selection, Action<string> progress)
{
    public ResultBook Results { get; } = new();

    public void Run(int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            double before = LoadAverage.OneMinute();
            foreach (Workload workload in selection.Workloads)
            {
                foreach (Contestant contestant in Schedule.Of([.. contestants.Where(workload.Takes)], round))
                {
                    progress($"round {round + 1} of {rounds}: {workload.Name}: {contestant.Name}");
                    bench.Settle();
                    Run(workload, contestant);
                }
            }

            Results.Loads.Add((before, LoadAverage.OneMinute()));
        }
    }

    private void Run(Workload workload, Contestant contestant)
    {
        try
        {
            if (workload.Tools.FirstOrDefault(tool => !tool.IsThere) is { } missing)
            {
                throw new BenchmarkException($"no {missing.Name} here; Debian has it in {missing.DebianPackage}");
            }

            foreach (Measurement measurement in workload.Run(contestant, bench))
            {
                if (selection.Includes(measurement.Row))
                {
                    Results.Of(measurement.Row, contestant).Add(measurement.Value);
                }
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // An interrupt reaches the contestants too: what they do then is no failure of theirs.
            bench.Cancellation.ThrowIfCancellationRequested();
            bench.Images.ForgetFull();
            foreach (Row row in workload.Rows.Where(selection.Includes))
            {
                Results.Of(row, contestant).Fail(failure.Message);
            }
        }
    }
}
