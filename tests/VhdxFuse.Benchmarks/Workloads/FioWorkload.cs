using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Fio;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>One job of fio's on a fresh mount; each row takes a figure from what came out.</summary>
/// <param name="name">Of the workload.</param>
/// <param name="use">Whether the job writes.</param>
/// <param name="job">Without a duration it goes once over its part of the file.</param>
/// <param name="image">The disk it works on.</param>
/// <param name="figures">The rows, and where their values come from. A figure of null isn't a value: the row says
/// nothing of that contestant.</param>
internal sealed class FioWorkload(
    string name,
    MountUse use,
    Func<Workbench, FioJob> job,
    Func<ImageStore, DiskImage> image,
    params IReadOnlyList<(Row Row, Func<FioOutcome, double?> Figure)> figures)
    : Workload(name, [.. figures.Select(figure => figure.Row)])
{
    public override bool Takes(Contestant contestant) =>
        use == MountUse.Write ? contestant.CanWrite : contestant.CanMount;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = image(bench.Images);
        using MountedDisk mounted = bench.Mount(contestant, disk, use);
        FioOutcome outcome = bench.Measure(mounted, job(bench));
        foreach ((Row row, Func<FioOutcome, double?> figure) in figures)
        {
            if (figure(outcome) is { } value)
            {
                yield return new Measurement(row, value);
            }
        }
    }
}
