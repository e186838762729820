using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Fio;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Whether a reader waits for somebody else's flushes on the same mount.</summary>
internal sealed class ReadUnderFlush() : Workload("read-latency-under-flush", Median, P99)
{
    private static readonly Row Median =
        Row.Latency("read-under-flush-p50", "random read, 4 KiB, beside a job of write and fsync: median");

    private static readonly Row P99 =
        Row.Latency("read-under-flush-p99", "random read, 4 KiB, beside a job of write and fsync: p99");

    public override bool Takes(Contestant contestant) => contestant.CanWrite;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = bench.Images.Full;
        using MountedDisk mounted = bench.Mount(contestant, disk, MountUse.Write);
        FioJob reader = new("randread", 4 * KiB) { Name = "reader", Seconds = bench.JobSeconds };
        FioJob writer = new("randwrite", 4 * KiB)
        {
            Name = "writer",
            Seconds = bench.JobSeconds,
            WritesPerSync = 1,
        };
        FioResult read = FioRun.Of(mounted.DiskPath, [reader, writer], bench.Cancellation)[0];
        yield return new Measurement(Median, read.MedianMicroseconds);
        yield return new Measurement(P99, read.P99Microseconds);
    }
}
