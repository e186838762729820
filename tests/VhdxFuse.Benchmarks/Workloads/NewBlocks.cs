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
    public override IReadOnlyList<Tool> Tools => [];

    public override bool Takes(Contestant contestant) => contestant.CanWrite;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = bench.Images.Fresh();
        bench.Settle();
        using MountedDisk mounted = bench.Mount(contestant, disk, MountUse.Write);
        int blocks = BlockFiller.CountFor(disk.SizeBytes);
        var watch = Stopwatch.StartNew();
        BlockFiller.Fill(mounted.DiskPath, blocks, sync);
        yield return new Measurement(row, blocks / watch.Elapsed.TotalSeconds);
    }
}
