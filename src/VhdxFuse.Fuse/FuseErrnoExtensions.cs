namespace VhdxFuse.Fuse;

/// <summary>Turns an error number into what a handler returns.</summary>
public static class FuseErrnoExtensions
{
    /// <summary>The negated number, as every method of <see cref="IFuseFileSystem"/> returns it.</summary>
    public static int ToResult(this FuseErrno errno) => -(int)errno;
}
