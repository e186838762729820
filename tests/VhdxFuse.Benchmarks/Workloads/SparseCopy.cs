using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Copies a sparse disk out of our mount into a file; qemu-img converts the image instead. The other mounts
/// show no holes: their copies read 4 GiB of zeros, and say nothing.</summary>
/// <param name="name">Of the row.</param>
/// <param name="mode">The word after cp's <c>--sparse=</c>.</param>
internal sealed class SparseCopy(string name, string mode) : Workload(
    name,
    Row.Duration(name, $"cp --sparse={mode} of 200 MiB in 4 GiB; qemu-img: convert")
        with
    { Goal = Goal.RatioAtMost(1) })
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    public override IReadOnlyList<Tool> Tools => [Tool.Cp];

    public override bool Takes(Contestant contestant) => contestant is VhdxFuseContestant or QemuToolsContestant;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        DiskImage disk = bench.Images.Sparse;
        string copy = Path.Combine(bench.Folder, "copy.raw");
        try
        {
            bench.Settle();
            TimeSpan taken = contestant.CanMount ? Copy(contestant, disk, copy, bench) : Convert(disk, copy, bench);
            yield return new Measurement(Rows[0], taken.TotalMilliseconds);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private TimeSpan Copy(Contestant contestant, DiskImage disk, string copy, Workbench bench)
    {
        using MountedDisk mounted = bench.Mount(contestant, disk, MountUse.Read);
        return TimeOf(Tool.Cp, [$"--sparse={mode}", mounted.DiskPath, copy], bench);
    }

    private static TimeSpan Convert(DiskImage disk, string copy, Workbench bench) =>
        TimeOf(Tool.QemuImg, ["convert", "-f", "vhdx", "-O", "raw", disk.VhdxPath, copy], bench);

    private static TimeSpan TimeOf(Tool tool, string[] arguments, Workbench bench)
    {
        var watch = Stopwatch.StartNew();
        Command.Output(tool.Name, arguments, Deadline, bench.Cancellation);
        return watch.Elapsed;
    }
}
