using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Fio;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Reads a part of the disk through the kernel's cache: on a fresh mount, then again by another process, which
/// finds the cache filled if the mount lets it live past the close.</summary>
internal sealed class FirstPassAndReread() : Workload("seq-128k", First, Second, Cpu)
{
    private const long LengthBytes = 512 * MiB;

    private static readonly Row First =
        Row.Throughput("seq-128k", "sequential read, 128 KiB, buffered, fresh mount")
            with
        { Goal = Goal.RatioAtLeast(1.5) };

    private static readonly Row Second =
        Row.Throughput("reread", "the same again, after close and open") with { Goal = Goal.RatioAtLeast(4) };

    private static readonly Row Cpu = Row.CpuPerGib("cpu-per-gib-128k", "CPU of the server, seq-128k");

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = bench.Images.Full;
        using MountedDisk mounted = bench.Mount(contestant, disk, MountUse.Read);
        FioJob job = new("read", 128 * KiB)
        {
            IsDirect = false,
            LengthBytes = long.Min(LengthBytes, bench.DiskBytes),
        };
        FioOutcome first = bench.Measure(mounted, job);
        yield return new Measurement(First, first.MebibytesPerSecond);
        if (first.CpuSecondsPerGib is { } cpu)
        {
            yield return new Measurement(Cpu, cpu);
        }

        yield return new Measurement(Second, bench.Measure(mounted, job).MebibytesPerSecond);
    }
}
