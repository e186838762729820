using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Images;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Random reads against what an image can have more of. Ours beside the nearest peer that takes it.</summary>
internal static class ScaleCatalog
{
    private const long GiB = 1L << 30;
    private const long TiB = 1L << 40;
    private const int BlockBytes = 1 << 20;
    private const long BlocksDiskBytes = 4 * GiB;

    private static readonly string[] Drawn = ["qemu-threads", "nbdfuse"];

    public static IEnumerable<Workload> All() =>
    [
        Size(GiB, "1 GiB"),
        Size(TiB, "1 TiB"),
        Size(64 * TiB, "64 TiB"),
        Blocks(10),
        Blocks(100),
        Blocks(500),
        Blocks(2000),
        Readers(1),
        Readers(4),
        Readers(16),
        Depth(1),
        Depth(3),
        Depth(10),
    ];

    private static ScalePoint Size(long bytes, string label) =>
        Point(new CurvePoint("size", bytes / (double)GiB, label), images => images.Empty(bytes));

    private static ScalePoint Blocks(int count) => new(
        new CurvePoint("blocks", count, $"{count}"),
        readers: 1,
        Takes,
        images => images.WithBlocks(BlocksDiskBytes, count),
        (long)count * BlockBytes);

    private static ScalePoint Readers(int count) => new(
        new CurvePoint("readers", count, $"{count}"), count, Takes, images => images.Full, lengthBytes: null);

    private static ScalePoint Depth(int count) => new(
        new CurvePoint("depth", count, $"{count}"),
        readers: 1,
        contestant => contestant.CanMount && contestant.KnowsParents,
        images => images.Chain(count),
        lengthBytes: null);

    private static ScalePoint Point(CurvePoint point, Func<ImageStore, DiskImage> image) =>
        new(point, readers: 1, Takes, image, lengthBytes: null);

    private static bool Takes(Contestant contestant) =>
        contestant.Kind == ContestantKind.Ours || Drawn.Contains(contestant.Name, StringComparer.Ordinal);
}
