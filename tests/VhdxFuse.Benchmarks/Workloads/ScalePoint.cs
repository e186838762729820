using System;
using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Fio;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Random reads at one point of a curve.</summary>
/// <param name="point">Where; the row is named after it.</param>
/// <param name="readers">Processes that read at the same time.</param>
/// <param name="takes">Who is drawn.</param>
/// <param name="image">The disk.</param>
/// <param name="lengthBytes">The part of the disk that is read, from its start; null: all of it.</param>
internal sealed class ScalePoint(
    CurvePoint point,
    int readers,
    Func<Contestant, bool> takes,
    Func<ImageStore, DiskImage> image,
    long? lengthBytes) : Workload(
        "scale",
        Row.Rate(
            $"scale-{point.Curve}-{point.Label}".Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant(),
            $"random read, 4 KiB, depth 1; {point.Curve}: {point.Label}")
            with
        { Point = point })
{
    public override bool Takes(Contestant contestant) => takes(contestant);

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        using DiskImage disk = image(bench.Images);
        using MountedDisk mounted = bench.Mount(contestant, disk, MountUse.Read);
        FioJob job = new("randread", 4 * KiB)
        {
            Processes = readers,
            LengthBytes = lengthBytes,
            Seconds = bench.JobSeconds / 4, // many points, for the shape of a curve
        };
        yield return new Measurement(Rows[0], bench.Measure(mounted, job).Fio.Iops);
    }
}
