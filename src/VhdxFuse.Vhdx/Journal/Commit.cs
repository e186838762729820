using System.Collections.Generic;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>What one commit makes durable, taken in one step before its first flush is issued (D-7).</summary>
/// <param name="ChangeCount">How many writes and changes had completed by then.</param>
/// <param name="Pages">Frozen.</param>
/// <param name="MustFollow">The flush that the log entry must follow (D-9).</param>
/// <param name="End">What the file must durably reach (D-10).</param>
/// <param name="Freed">Space that the pages let go of.</param>
internal sealed record Commit(
    long ChangeCount,
    IReadOnlyList<HeldPage> Pages,
    FlushTicket MustFollow,
    FileOffset End,
    IReadOnlyList<FileRange> Freed);
