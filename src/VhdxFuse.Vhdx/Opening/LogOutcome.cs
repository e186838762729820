namespace VhdxFuse.Vhdx.Opening;

/// <summary>What a header's LogGuid and the log's content come to.</summary>
public enum LogOutcome
{
    /// <summary>No log is pending.</summary>
    Clean,

    /// <summary>The active sequence has only empty entries: only the file's length matters.</summary>
    NothingToReplay,

    /// <summary>The active sequence is replayed.</summary>
    Replay,

    /// <summary>The log is named, but no entry was ever written under that name: tolerated for reading (T-6).</summary>
    NamedButEmpty,

    /// <summary>The log is named and damaged: refused.</summary>
    Corrupt,

    /// <summary>A log is pending and left out on request.</summary>
    Ignored,
}
