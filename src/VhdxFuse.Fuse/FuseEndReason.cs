namespace VhdxFuse.Fuse;

/// <summary>Why a session ended.</summary>
public enum FuseEndReason
{
    /// <summary>The file system was unmounted (and, after a detach, the last file closed).</summary>
    Unmounted,

    /// <summary>Somebody aborted the connection through <c>/sys/fs/fuse/connections</c>.</summary>
    Aborted,

    /// <summary>We closed an inherited mount. The mount itself stays until its owner removes it.</summary>
    Closed,

    /// <summary>Reading or answering requests failed; <see cref="FuseEnd.Errno"/> says how.</summary>
    Error,
}
