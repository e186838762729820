using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>Mistakes at the start of a session, at its end, and in replay.</summary>
internal static class SessionMutations
{
    private const string Journal = "Journal/MetadataJournal.cs";
    private const string Blocks = "Blocks/BlockWriter.cs";
    private const string Replay = "Journal/FileReplay.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new(
            "a header names the log before its first entry is durable",
            "D-3",
            [new(Journal, "Guid logGuid = _writer.Begin();\n        Flushes.Flush();",
                "Guid logGuid = _writer.Begin();")],
            ["dynamic | | w0.0"]),
        new(
            "both headers are in flight",
            "D-3",
            [
                new(
                    Journal,
                    "_headers.Update(named);\n        Flushes.Flush();\n        _headers.Update(named);",
                    "_headers.Update(named);\n        _headers.Update(named);"),
            ],
            ["dynamic | | w0.0"]),
        new(
            "the current header is overwritten",
            "D-3, R-HUP-1",
            [new("Journal/HeaderWriter.cs", "int slot = 1 - _pair.CurrentSlot;", "int slot = _pair.CurrentSlot;")],
            ["dynamic | | w0.0 f x w1.0"]),
        new(
            "the DataWriteGuid changes only at the end",
            "D-3, R-HUP-5",
            [
                new(
                    Journal,
                    "Header with { DataWriteGuid = dataWriteGuid ?? _newGuid(), LogGuid = logGuid };",
                    "Header with { LogGuid = logGuid };"),
                new(
                    Journal,
                    "Header with { LogGuid = Guid.Empty };",
                    "Header with { DataWriteGuid = _newGuid(), LogGuid = Guid.Empty };"),
            ],
            ["dynamic | | w0.0 f x"]),
        new(
            "no flush before the first write of a session",
            "D-1",
            [
                new(Journal, "Latch.Guard(Flushes.Flush);\n        settleLength();", "settleLength();"),
                new(Journal, "if (Flushes.DurableLengthBytes < _file.LengthBytes)", "if (_durableChangeCount < 0)"),
            ],
            ["dynamic | | w0.0 f x!k# w1.0 f"]),
        new(
            "replay begins without a flush",
            "D-1, D-2",
            [
                new(
                    Replay,
                    "file.Flush();\n        writer.Update(writer.Current with { FileWriteGuid",
                    "writer.Update(writer.Current with { FileWriteGuid"),
            ],
            ["dynamic | | w0.0!k# w1.0 f"]),
        new(
            "replay ends the log before its pages are durable",
            "D-2",
            [new("Journal/LogReplayer.cs", "        target.Flush();\n",
                "        if (target is OverlayImageFile)\n        {\n            target.Flush();\n        }\n")],
            ["dynamic | | w0.0 f k"]),
        new(
            "replay changes the DataWriteGuid",
            "R-RPL-4",
            [
                new(
                    Replay,
                    "{ FileWriteGuid = fileWriteGuid }",
                    "{ FileWriteGuid = fileWriteGuid, DataWriteGuid = fileWriteGuid }"),
            ],
            ["dynamic | | w0.0 f k"]),
        new(
            "a close ends the log before its pages are durably at home",
            "D-17",
            [new(Journal, "if (!Flushes.Covers(_home.LastFlush))", "if (_home.LastFlush.Number < 0)")],
            ["dynamic | | w0.0 f x"]),
        new(
            "the free tail is cut off before the log has ended",
            "D-17",
            [
                new(
                    Blocks,
                    "        Checkpoint();\n        _journal.End();",
                    "        Checkpoint();\n        _space.Settle(keepTail: false);\n        _journal.End();"),
            ],
            ["dynamic | | w0.0 f x"]),
    ];
}
