using System;
using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Fio;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>The rows that write: into blocks that are there, then into new ones.</summary>
internal static class WriteCatalog
{
    private const int KiB = 1 << 10;
    private const int MiB = 1 << 20;
    private const long FreshBytes = 256 * MiB;

    public static IEnumerable<Workload> All() =>
    [
        Overwrite(
            Row.Rate("write-4k-qd1", "overwrite, random, 4 KiB, O_DIRECT, depth 1"),
            new FioJob("randwrite", 4 * KiB),
            outcome => outcome.Fio.Iops),
        Overwrite(
            Row.Rate("write-4k-16x2", "overwrite, random, 4 KiB, O_DIRECT, 2 × 16 in flight")
                with { Goal = Goal.RatioAtLeast(1.5) },
            new FioJob("randwrite", 4 * KiB) { Engine = "libaio", Depth = 16, Processes = 2 },
            outcome => outcome.Fio.Iops),
        Overwrite(
            Row.Throughput("write-seq-1m", "overwrite, sequential, 1 MiB, O_DIRECT"),
            new FioJob("write", MiB),
            outcome => outcome.MebibytesPerSecond),
        Overwrite(
            Row.Rate("write-4k-fsync", "overwrite, random, 4 KiB, O_DIRECT, fsync after each"),
            new FioJob("randwrite", 4 * KiB) { WritesPerSync = 1 },
            outcome => outcome.Fio.Iops),
        new FioWorkload(
            "write-fresh",
            MountUse.Write,
            bench => new FioJob("write", MiB) { LengthBytes = long.Min(FreshBytes, bench.DiskBytes) },
            images => images.Fresh(),
            (Row.Throughput("write-fresh", "sequential write into new blocks, 1 MiB, O_DIRECT")
                with { Goal = Goal.RatioAtLeast(4) },
                outcome => outcome.MebibytesPerSecond)),
        new NewBlocks(
            Row.Rate("new-blocks-one-fsync", "4 KiB into each of 500 new blocks, one fsync", "writes/s")
                with { Goal = Goal.RatioAtLeast(20) },
            SyncEvery.Run),
        new NewBlocks(
            Row.Rate("new-blocks-fsync-each", "4 KiB into each of 500 new blocks, fsync after each", "writes/s")
                with { Goal = Goal.RatioAtLeast(4) },
            SyncEvery.Write),
        new SyncsPerFlush(),
        new ReadUnderFlush(),
    ];

    private static FioWorkload Overwrite(Row row, FioJob job, Func<FioOutcome, double?> figure) => new(
        row.Name,
        MountUse.Write,
        bench => job with { Seconds = bench.JobSeconds },
        images => images.Full,
        (row, figure));
}
