namespace VhdxFuse.Vhdx.Images;

/// <summary>How an open image file is protected from other programs that follow the same locks.</summary>
public enum LockState
{
    /// <summary>No lock was asked for: a file that is being made.</summary>
    NotTaken,

    /// <summary>Nobody else writes to the file, and nobody else may begin to.</summary>
    Held,

    /// <summary>Nobody wrote to the file when it was opened, but somebody may begin to (force-share).</summary>
    Shared,

    /// <summary>Somebody held the file for writing when it was opened (force-share): its bytes may change.</summary>
    SharedWithWriter,

    /// <summary>The file system has no locks: nobody can tell whether the file is being written.</summary>
    Unsupported,
}
