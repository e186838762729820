namespace VhdxFuse.Fuse.Session;

/// <summary>Results without payload.</summary>
internal static class ReplyStatus
{
    /// <summary>The kernel refuses replies with lower errors.</summary>
    private const int LowestError = -511;

    /// <summary>What a handler without payload returns: a count from the file system means nothing here.</summary>
    public static int Of(int result) => result < 0 ? result : 0;

    /// <summary>An error the kernel takes: those it doesn't know would leave the caller without an answer.</summary>
    public static int Sendable(int error) => error >= LowestError ? error : FuseErrno.Eio.ToResult();
}
