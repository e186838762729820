using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>Mistakes in a guest's flush: snapshot, payload's flush, entry, home writes.</summary>
internal static class FlushMutations
{
    private const string Journal = "Journal/MetadataJournal.cs";
    private const string Blocks = "Blocks/BlockWriter.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new(
            "no flush after the entry",
            "D-11",
            [
                new(
                    "Journal/LogWriter.cs",
                    "Write(start, pages, tail);\n            _flushes.Flush();",
                    "Write(start, pages, tail);"),
            ],
            ["dynamic | | w0.0 f w1.0 f"]),
        new(
            "no flush of the payload in used space",
            "D-9",
            [new(Blocks, "needsNoFlush = isZero && !hidesParent", "needsNoFlush = !hidesParent")],
            ["dirty space | | w1.0 f"]),
        new(
            "no flush of the payload of a whole block that hides its parent",
            "D-9",
            [new(Blocks, "isZero && !hidesParent && File", "isZero && File")],
            ["roomy child | | w0 f w4 f"]),
        new(
            "no flush of the payload of a block's first sectors over its parent",
            "D-9",
            [
                new(
                    Blocks,
                    "MustFollow = _journal.Flushes.Next,\n                End = created",
                    "MustFollow = FlushTicket.None,\n                End = created"),
            ],
            ["roomy child | | w0.0 f w4.0 f", "child | | w3.0 f w3.2 f"]),
        new(
            "the snapshot is taken behind the payload's flush",
            "D-7",
            [
                new(
                    Journal,
                    "_writer.Append(commit.Pages",
                    "lock (_gate) { foreach (HeldPage page in commit.Pages) { page.Freeze(); } }\n"
                    + "            _writer.Append(commit.Pages"),
            ],
            ["dirty space | | w1.0 f{sync1:w2.0}", "child | | w0.0 f{sync1:w4.0}"]),
        new(
            "a flush that comes while a commit runs returns with it",
            "D-8",
            [new("Journal/CommitGate.cs", "long mine = _begun + 1;", "long mine = _begun;")],
            ["dirty space | | w1.0 f{sync1:w2.0;sync1:f}", "child | | w0.0 f{sync1:w4.0;sync1:f}"]),
        new(
            "pages go home before their entry is durable",
            "D-11",
            [
                new(
                    Journal,
                    "_writer.Append(commit.Pages",
                    "foreach (HeldPage page in commit.Pages) { _file.Write(page.At, page.Frozen); }\n"
                    + "            _writer.Append(commit.Pages"),
            ],
            ["child | | w0.0 f"]),
        new(
            "pages go home in their newest version",
            "D-13",
            [
                new(
                    "Journal/HomeWriter.cs",
                    "file.Write(page.At, page.Logged);",
                    "byte[] newest = new byte[4096];\n"
                    + "                page.Read(0, newest);\n"
                    + "                file.Write(page.At, newest);"),
            ],
            ["child | 12 | w0.0 f w0.1 f w0.2 f{1:w4.0}"]),
        new(
            "the length behind the flush counts as durable",
            "D-10",
            [
                new(
                    "Journal/FlushGate.cs",
                    "DurableLengthBytes => Volatile.Read(ref _durableLengthBytes);",
                    "DurableLengthBytes => file.LengthBytes;"),
            ],
            ["dynamic | | w0.0 f"]),
        new(
            "an entry names blocks behind the length it knows",
            "D-10, D-2",
            [
                new(Journal, "commit.End.Value <= Flushes.DurableLengthBytes;", "true;"),
                new("Journal/LogWriter.cs", "Invariant.Holds(end.Value <= _flushes.DurableLengthBytes);", ""),
            ],
            ["dynamic | | w0.0 f"]),
    ];
}
