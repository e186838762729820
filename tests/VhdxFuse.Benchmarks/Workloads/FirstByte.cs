using System;
using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>How long a user waits for a mounted disk; many times a round, but fewer of those who are slow.</summary>
internal sealed class FirstByte(Row row, Func<ImageStore, DiskImage> image) : Workload(row.Name, row)
{
    private const int MostRepetitions = 15;
    private const int FewestRepetitions = 1;
    private static readonly TimeSpan EnoughTime = TimeSpan.FromSeconds(2);

    public override IReadOnlyList<Tool> Tools => [];

    public override bool Takes(Contestant contestant) => contestant.CanMount && contestant.Kind != ContestantKind.Limit;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = image(bench.Images);
        TimeSpan spent = FirstByteTime.Of(contestant, disk, bench); // pays for loading the programs: doesn't count
        for (int done = 0; done < MostRepetitions && (done < FewestRepetitions || spent < EnoughTime); done++)
        {
            TimeSpan taken = FirstByteTime.Of(contestant, disk, bench);
            spent += taken;
            yield return new Measurement(row, taken.TotalMilliseconds);
        }
    }
}
