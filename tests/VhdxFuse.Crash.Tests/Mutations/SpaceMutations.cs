using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>Mistakes with the space of blocks and with bitmaps.</summary>
internal static class SpaceMutations
{
    private const string Blocks = "Blocks/BlockWriter.cs";
    private const string Allocator = "Blocks/SpaceAllocator.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new(
            "a block's space is free as soon as it is let go of",
            "D-11, R-WR-10",
            [
                new(
                    Blocks,
                    "Freed = hasSpace ? new FileRange(\"freed block\", at, Geometry.BlockSizeBytes) : null,",
                    "Freed = ((Func<FileRange?>)(() =>\n                {\n"
                    + "            if (hasSpace) { _space.Free(at, Geometry.BlockSizeBytes, SpaceClass.Dirty); }\n"
                    + "                    return null;\n                }))(),"),
            ],
            ["tight | | w0.0 f z0 w1.0 f"]),
        new(
            "punched space counts as zeros at once",
            "D-6",
            [new("Blocks/Quarantine.cs", "_punched.Add((range, journal.Flushes.Next));",
                "_punched.Add((range, FlushTicket.None));")],
            ["tight | | w0 f z0 f w1.0 f"]),
        new(
            "the rest of a block in used space isn't zeroed",
            "R-WR-5",
            [new(Blocks, "if (!isZero && source.Length < space.LengthBytes)", "if (space.LengthBytes < 0)")],
            ["dirty space | | w1.0"]),
        new(
            "what is free at the start counts as zeros",
            "D-6",
            [
                new(
                    Allocator,
                    "_lengthMiB = lengthBytes / Units.MiB;",
                    "_lengthMiB = lengthBytes / Units.MiB;\n"
                    + "        _zeros.Fill(0, _lengthMiB, value: true);"),
            ],
            ["dirty space | | w1.0", "tight | | w0 w1 f z0 f k w2.0 f"]),
        new(
            "a block is handed out beyond the length",
            "D-5",
            [new(Allocator, "file.SetLength(lengthMiB * Units.MiB);\n        if (addedFromMiB", "if (addedFromMiB")],
            ["tight | | w0.0 f", "child | | w0.0 f x"]),
        new(
            "the odd end of a file is neither cut off nor filled up",
            "D-5",
            [
                new(
                    Allocator,
                    "_lengthMiB = lengthBytes / Units.MiB;",
                    "_lengthMiB = Units.DivideRoundUp(file.LengthBytes, Units.MiB);\n"
                    + "        lengthBytes = file.LengthBytes;"),
            ],
            ["odd child | | w0.0 f x", "odd length | | w0.0 f x"]),
        new(
            "bits are put to the stale ones of the old bitmap",
            "R-WR-9",
            [new(Blocks, "keepOthers: created is null", "keepOthers: true")],
            ["child | | w0.0 f"]),
        new(
            "a block and its bits come in two entries",
            "R-LOGW-9, R-WR-6",
            [
                new(
                    Blocks,
                    "change.Put(fresh.EntryAt, entry.Raw);\n            }\n",
                    "var alone = new MetadataChange { MustFollow = _journal.Flushes.Next, End = change.End };\n"
                    + "                alone.Put(fresh.EntryAt, entry.Raw);\n"
                    + "                _journal.Stage(alone);\n"
                    + "                _journal.Flush();\n            }\n"),
            ],
            ["child | | w0.0 f", "child without bitmap | | w0.0 f"]),
    ];
}
