using System;
using System.Collections.Generic;
using System.IO;
using Microsoft.Win32.SafeHandles;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>The memory of the serving processes: after the mount, after random reads all over the disk, and the most it
/// ever was.</summary>
/// <param name="size">Of the disk, in the names of the rows.</param>
/// <param name="image">The disk.</param>
/// <param name="goal">Of what is read and of the peak; null for none.</param>
internal sealed class MemoryUse(string size, Func<ImageStore, DiskImage> image, Goal? goal) : Workload(
    $"memory-{size}",
    Row.Memory($"memory-{size}-mounted", "resident after the mount"),
    Row.Memory($"memory-{size}-read", "resident after 10,000 random reads") with { Goal = goal },
    Row.Memory($"memory-{size}-peak", "the most that was resident") with { Goal = goal })
{
    private const int Reads = 10_000;
    private const int ReadBytes = 4096;

    public override IReadOnlyList<Tool> Tools => [];

    public override bool Takes(Contestant contestant) => contestant.CanMount && contestant.Kind != ContestantKind.Limit;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = image(bench.Images);
        using MountedDisk mounted = bench.Mount(contestant, disk, MountUse.Read);
        IReadOnlyList<int> serving = mounted.ServingIds;
        yield return new Measurement(Rows[0], InMebibytes(ProcessFacts.ResidentBytes(serving)));
        ReadAllOver(mounted.DiskPath, disk.SizeBytes, bench);
        yield return new Measurement(Rows[1], InMebibytes(ProcessFacts.ResidentBytes(serving)));
        yield return new Measurement(Rows[2], InMebibytes(ProcessFacts.PeakBytes(serving)));
    }

    private static double InMebibytes(long bytes) => (double)bytes / MiB;

    private static void ReadAllOver(string path, long diskBytes, Workbench bench)
    {
        Random chance = new(1);
        byte[] target = new byte[ReadBytes];
        using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        for (int read = 0; read < Reads; read++)
        {
            bench.Cancellation.ThrowIfCancellationRequested();
            RandomAccess.Read(file, target, chance.NextInt64(diskBytes / ReadBytes) * ReadBytes);
        }
    }
}
