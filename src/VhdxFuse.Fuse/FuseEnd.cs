namespace VhdxFuse.Fuse;

/// <summary>How a session ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Errno">The error number behind <see cref="FuseEndReason.Error"/>; otherwise
/// <see cref="FuseErrno.None"/>.</param>
public readonly record struct FuseEnd(FuseEndReason Reason, FuseErrno Errno);
