namespace VhdxFuse.Vhdx.Images;

/// <summary>What keeps an open file from changing underneath.</summary>
public enum LockState
{
    /// <summary>Locked: writers that look for locks keep away.</summary>
    Held,

    /// <summary>The file system has no locks.</summary>
    Unsupported,

    /// <summary>Opened beside a possible writer, on request.</summary>
    Shared,
}
