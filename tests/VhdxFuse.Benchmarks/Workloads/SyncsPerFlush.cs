using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>How often a build of ours makes the image durable for each fsync of a guest that writes into new blocks:
/// counted by strace over the whole life of the mount, and not timed.</summary>
internal sealed class SyncsPerFlush() : Workload("syncs-per-flush", Counted)
{
    private const int CallsColumn = 3; // % time, seconds, usecs/call, calls, [errors,] syscall

    private static readonly Row Counted =
        new("syncs-per-flush", "fdatasync and fsync for each flush, new-blocks-fsync-each", "calls", Better.Lower)
        {
            Goal = Goal.ValueAtMost(1.1),
        };

    public override IReadOnlyList<Tool> Tools => [Tool.Strace];

    public override bool Takes(Contestant contestant) => contestant is VhdxFuseContestant;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = bench.Images.Fresh();
        string counts = Path.Combine(bench.Folder, "strace.txt");
        int blocks = BlockFiller.CountFor(disk.SizeBytes);
        string[] watcher = [Tool.Strace.Name, "-f", "-c", "-o", counts, "-e", "trace=fdatasync,fsync"];
        using (MountedDisk mounted = ((VhdxFuseContestant)contestant)
            .MountBehind(watcher, disk, bench.NewFolder(), bench.Cancellation))
        {
            BlockFiller.Fill(mounted.DiskPath, blocks, SyncEvery.Write);
        }

        double calls =
            (from line in File.ReadLines(counts)
             let columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
             where columns.Length > CallsColumn && columns[^1] is "fdatasync" or "fsync"
             select double.Parse(columns[CallsColumn], CultureInfo.InvariantCulture)).Sum();
        File.Delete(counts);
        yield return new Measurement(Counted, calls / blocks);
    }
}
