namespace VhdxFuse.Vhdx.Opening;

/// <summary>What a log entry found in the ring counts for.</summary>
public enum LogEntryState
{
    /// <summary>Between Tail and head of the active sequence: it is replayed.</summary>
    Active,

    /// <summary>Valid and in the active run, but before its Tail: already at home.</summary>
    BeforeTail,

    /// <summary>Valid under the current LogGuid, but not part of the active run.</summary>
    Superseded,

    /// <summary>Of another LogGuid: an earlier session's or lap's.</summary>
    Stale,

    /// <summary>Under the current LogGuid, but not valid.</summary>
    Torn,
}
