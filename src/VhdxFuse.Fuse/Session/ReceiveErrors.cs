namespace VhdxFuse.Fuse.Session;

/// <summary>What an error number from the channel means for a reader.</summary>
internal static class ReceiveErrors
{
    /// <summary>The request was interrupted before we got it, or the call was.</summary>
    public static bool IsTransient(FuseErrno errno) => errno is FuseErrno.Eintr or FuseErrno.Enoent or FuseErrno.Eagain;

    /// <summary>How the session ended.</summary>
    public static FuseEnd EndOf(FuseErrno errno) => errno switch
    {
        FuseErrno.Enodev => new FuseEnd(FuseEndReason.Unmounted, FuseErrno.None),
        FuseErrno.Econnaborted => new FuseEnd(FuseEndReason.Aborted, FuseErrno.None),
        _ => new FuseEnd(FuseEndReason.Error, errno),
    };
}
