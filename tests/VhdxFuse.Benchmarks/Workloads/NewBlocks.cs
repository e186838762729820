using System;
using System.Collections.Generic;
using System.Diagnostics;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>How fast small writes into new blocks are, with the syncs they end in.</summary>
internal sealed class NewBlocks(Row row, SyncEvery sync) : Workload(row.Name, row)
{
    private static readonly TimeSpan CheckDeadline = TimeSpan.FromMinutes(1);

    public override IReadOnlyList<Tool> Tools => [];

    public override bool Takes(Contestant contestant) => contestant.CanWrite;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = bench.Images.Fresh();
        bench.Settle();
        int blocks = BlockFiller.CountFor(disk.SizeBytes);
        TimeSpan taken = TimeOf(contestant, disk, blocks, bench);
        if (contestant.Kind != ContestantKind.Limit && Tool.QemuImg.IsThere)
        {
            // A speed that costs the image is none.
            Command.Output(
                Tool.QemuImg.Name, ["check", "-q", "-f", "vhdx", disk.VhdxPath], CheckDeadline, bench.Cancellation);
        }

        yield return new Measurement(row, blocks / taken.TotalSeconds);
    }

    private TimeSpan TimeOf(Contestant contestant, DiskImage disk, int blocks, Workbench bench)
    {
        using MountedDisk mounted = bench.Mount(contestant, disk, MountUse.Write);
        var watch = Stopwatch.StartNew();
        BlockFiller.Fill(mounted.DiskPath, blocks, sync);
        return watch.Elapsed;
    }
}
