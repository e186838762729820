using System;
using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Fio;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>The rows that read what is there.</summary>
internal static class ReadCatalog
{
    private const int KiB = 1 << 10;
    private const int MiB = 1 << 20;

    public static IEnumerable<Workload> All() =>
    [
        Read(
            "seq-1m-direct",
            new FioJob("read", MiB),
            (Row.Throughput("seq-1m-direct", "sequential read, 1 MiB, O_DIRECT") with { Goal = Goal.RatioAtLeast(2.5) },
                outcome => outcome.MebibytesPerSecond),
            (Row.CpuPerGib("cpu-per-gib-direct", "CPU of the server, seq-1m-direct"),
                outcome => outcome.CpuSecondsPerGib)),
        new FirstPassAndReread(),
        Read(
            "rand-4k-qd1",
            new FioJob("randread", 4 * KiB),
            (Row.Rate("rand-4k-qd1", "random read, 4 KiB, O_DIRECT, depth 1") with { Goal = Goal.RatioAtLeast(2) },
                outcome => outcome.Fio.Iops),
            (Row.Latency("rand-4k-qd1-p99", "its latency: p99") with { Goal = Goal.RatioAtMost(0.6) },
                outcome => outcome.Fio.P99Microseconds)),
        Read(
            "rand-4k-16x2",
            new FioJob("randread", 4 * KiB) { Engine = "libaio", Depth = 16, Processes = 2 },
            (Row.Rate("rand-4k-16x2", "random read, 4 KiB, O_DIRECT, 2 × 16 in flight")
                with { Goal = Goal.RatioAtLeast(2) },
                outcome => outcome.Fio.Iops)),
        new ChainReads(1),
        new ChainReads(3),
        new ChainReads(10),
        new SparseCopy("cp-sparse", "always"),
        new SparseCopy("cp-sparse-auto", "auto"),
        new Conversion("convert-to-raw", toImage: false),
        new Conversion("convert-to-vhdx", toImage: true),
    ];

    private static FioWorkload Read(
        string name, FioJob job, params (Row Row, Func<FioOutcome, double?> Figure)[] figures) => new(
            name,
            MountUse.Read,
            bench => job with { Seconds = bench.JobSeconds },
            images => images.Full,
            figures);
}
