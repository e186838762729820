using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Fio;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Reads through a chain of differencing images, each of which holds a part.</summary>
internal sealed class ChainReads(int depth) : Workload(
    $"chain-{depth}",
    Row.Rate($"chain-{depth}-rand", $"random read, 4 KiB, depth 1, {Images(depth)}"),
    Row.Throughput($"chain-{depth}-seq", $"sequential read, 1 MiB, {Images(depth)}"))
{
    public override bool Takes(Contestant contestant) => contestant.CanMount && contestant.KnowsParents;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = bench.Images.Chain(depth);
        using MountedDisk mounted = bench.Mount(contestant, disk, MountUse.Read);
        double seconds = bench.JobSeconds / 2;
        yield return new Measurement(
            Rows[0], bench.Measure(mounted, new FioJob("randread", 4 * KiB) { Seconds = seconds }).Fio.Iops);
        yield return new Measurement(
            Rows[1], bench.Measure(mounted, new FioJob("read", MiB) { Seconds = seconds }).MebibytesPerSecond);
    }

    private static string Images(int depth) => depth == 1 ? "one image" : $"a chain of {depth}";
}
