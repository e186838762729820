namespace VhdxFuse.Vhdx;

/// <summary>What went wrong, as far as control flow and exit codes care. The message says the rest.</summary>
public enum VhdxErrorKind
{
    /// <summary>Not this format at all.</summary>
    NotVhdx,

    /// <summary>A structure breaks a rule of the format.</summary>
    Corrupt,

    /// <summary>The file is shorter than its structures say.</summary>
    Truncated,

    /// <summary>Valid, but a version or an item that this reader doesn't know.</summary>
    Unsupported,

    /// <summary>The log is named by the header, but holds no sequence that can be replayed.</summary>
    LogCorrupt,

    /// <summary>The log is named by the header but was never begun (T-6): it can be read, and written only when the
    /// name is dropped.</summary>
    LogNeverBegun,

    /// <summary>Valid, but beyond a limit of this implementation.</summary>
    LimitExceeded,

    /// <summary>The file below failed or can't be opened.</summary>
    Io,

    /// <summary>Another program was still making this image when it stopped.</summary>
    Incomplete,

    /// <summary>No parent was found under any of the locator's paths.</summary>
    ParentMissing,

    /// <summary>Parents were found, but none has the identity that the child names.</summary>
    ParentMismatch,

    /// <summary>A chain of parents that comes back to itself.</summary>
    ParentLoop,

    /// <summary>Another process holds the image for writing.</summary>
    Locked,

    /// <summary>The file system below has no room for what was to be written; nothing was changed.</summary>
    NoSpace,

    /// <summary>Reading would change a timestamp of the image, and nobody allowed it.</summary>
    AccessTimeAtRisk,

    /// <summary>What was asked for would lose data, and nobody accepted that; nothing was changed.</summary>
    WouldLoseData,
}
