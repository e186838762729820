using System;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>What was found of an image's log when it was opened.</summary>
public sealed record LogState
{
    internal LogState(FileRange range, Guid logGuid, LogOutcome outcome, ReplayReport? replay)
    {
        Start = range.Start;
        LengthBytes = range.LengthBytes;
        LogGuid = logGuid;
        Outcome = outcome;
        Replay = replay;
    }

    /// <summary>Where the log lies.</summary>
    public FileOffset Start { get; }

    /// <summary>0 when the file has no log.</summary>
    public long LengthBytes { get; }

    /// <summary>Zero when no log is pending.</summary>
    public Guid LogGuid { get; }

    /// <summary>What it came to.</summary>
    public LogOutcome Outcome { get; }

    /// <summary>What was replayed; null when nothing was.</summary>
    public ReplayReport? Replay { get; }
}
