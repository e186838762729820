using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>Mistakes in compacting.</summary>
internal static class CompactMutations
{
    private const string Mover = "Blocks/BlockMover.cs";
    private const string Compactor = "Operations/Compactor.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new(
            "no flush between a block's copy and the entry that leads to it",
            "R-WR-12",
            [new(Mover, "MustFollow = Journal.Flushes.Next,", "MustFollow = FlushTicket.None,")],
            ["scattered | | m"]),
        new(
            "a compacted disk gets a new identity",
            "R-HUP-5",
            [new(Mover, "writer.Begin(dataWriteGuid);", "writer.Begin();")],
            ["scattered | | m"]),
        new(
            "a block of a child is dropped although its parent shows through",
            "R-CMP-1",
            [
                new(
                    "Operations/ZeroScan.cs",
                    "DiskExtentKind.Zero or DiskExtentKind.Absent => true,",
                    "DiskExtentKind.Zero or DiskExtentKind.Absent => true,\n"
                    + "                _ when extent.Layer < chain.Layers.Count - 1 => true,"),
            ],
            ["scattered child | | m"]),
        new(
            "a bitmap block is dropped although a block needs it",
            "R-BAT-9",
            [new(Compactor, "_partialChunks.Add(Geometry.ChunkOf(payload));", "_ = payload;")],
            ["scattered child | | m"]),
        new(
            "the file is cut off before the log of the moves has ended",
            "D-17, R-CMP-2",
            [
                new(
                    Compactor,
                    "_mover?.Begin(); // maybe there is only a tail to cut off",
                    "_mover?.Begin();\n            _writer?.Checkpoint();\n"
                    + "            _space.Settle(keepTail: false);"),
            ],
            ["scattered | | m"]),
    ];
}
