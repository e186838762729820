using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>Mistakes in the log: Tail, laps, what is at home.</summary>
internal static class LogMutations
{
    private const string Writer = "Journal/LogWriter.cs";

    // Two pages in the first entry, one of them in the second; the third doesn't fit a lap of seven sectors, and the
    // Tail is still at the first.
    private const string FullLap = "two pages | 7 | w0.0 w1.0 f w2.0 f z0 f w3.0 f";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new(
            "the Tail counts home writes that are only issued",
            "D-12",
            [new(Writer, "page.HomeOf >= entry.SequenceNumber && _flushes.Covers(page.HomeFlush)",
                "page.HomeOf >= entry.SequenceNumber")],
            ["two pages | 12 | w0.0 f w1.0 f w3.0 f z1 f w1.0 f", "two pages | 12 | w0.0 f w1.0 f w3.0 f w1.1 z1 f"]),
        new(
            "home writes need no flush",
            "D-12, D-16",
            [new("Journal/HomeWriter.cs", "LastFlush = flushes.Next;", "LastFlush = FlushTicket.None;")],
            [FullLap, "two pages | | w0.0 f c w1.0 f"]),
        new(
            "space of the log is free by the Tail of the entry being written",
            "D-14",
            [
                new(
                    Writer,
                    "bool isFree = LogEntryBuilder.SectorsFor(pages.Count) <= _tail.Value;",
                    "DropSettled();\n"
                    + "        bool isFree = LogEntryBuilder.SectorsFor(pages.Count)\n"
                    + "            <= (_live.TryPeek(out LiveEntry? first) ? first.Start.Value : _next.Value);"),
            ],
            [FullLap]),
        new(
            "a new lap starts over a live Tail",
            "D-15",
            [new(Writer, "bool isFree = LogEntryBuilder.SectorsFor(pages.Count) <= _tail.Value;",
                "bool isFree = true;")],
            [FullLap]),
        new(
            "a new lap ends the old one before its pages are durably at home",
            "D-15",
            [new(Writer, "if (!_flushes.Covers(allHome))", "if (allHome.Number < 0)")],
            [FullLap]),
        new(
            "a flush that starts a lap returns before the header is durable",
            "D-15",
            [
                new(
                    Writer,
                    "_headers.Update(_headers.Current with { LogGuid = _logGuid });\n        _flushes.Flush();",
                    "_headers.Update(_headers.Current with { LogGuid = _logGuid });"),
            ],
            [FullLap, "dynamic | 7 | w0.0 f w1.0 f w2.0 f w3.0 f z0 f"]),
        new(
            "every session has the same LogGuid",
            "D-4",
            [
                new(
                    Writer,
                    "_logGuid = _newGuid();\n        _live.Clear();\n        Write(default, [], default);",
                    "_logGuid = new Guid(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7);\n"
                    + "        _live.Clear();\n        Write(default, [], default);"),
            ],
            ["dynamic | | w0.0 f w1.0 f x w2.0 f"]),
        new(
            "a new lap keeps the LogGuid",
            "D-4, D-15",
            [new(Writer, "_logGuid = _newGuid();\n        _live.Clear();\n        Write(default, pages, default);",
                "_live.Clear();\n        Write(default, pages, default);")],
            [FullLap, "dynamic | 7 | w0.0 f w1.0 f w2.0 f w3.0 f z0 f"]),
    ];
}
