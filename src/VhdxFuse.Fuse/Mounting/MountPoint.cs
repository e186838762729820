using System;
using System.Linq;
using VhdxFuse.Fuse.Interop;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>Where to mount: an absolute path without links, and what lies there.</summary>
internal readonly record struct MountPoint(string Path, FuseFileType Type)
{
    /// <summary>Looks at the mount point.</summary>
    /// <exception cref="FuseException">MountPoint: missing, or neither directory nor regular file.
    /// DeadMount.</exception>
    public static MountPoint Resolve(string given)
    {
        if (given.Contains('\0', StringComparison.Ordinal))
        {
            throw new FuseException(FuseFailure.MountPoint, "the mount point's name holds a NUL character");
        }

        int result = RealPath.Of(given, out string path);
        FileStatus status = default;
        if (result == 0)
        {
            result = FileStatus.Of(path, out status);
        }

        if (result < 0)
        {
            throw Explain(path.Length > 0 ? path : given, (FuseErrno)(-result));
        }

        return status.Type is FuseFileType.Directory or FuseFileType.RegularFile
            ? new MountPoint(path, status.Type)
            : throw new FuseException(FuseFailure.MountPoint, $"{given}: is neither a directory nor a regular file");
    }

    /// <summary>The type as mount(2) wants it: octal.</summary>
    public string RootMode => Convert.ToString((int)Type, 8);

    private static FuseException Explain(string path, FuseErrno errno) => errno switch
    {
        FuseErrno.Enotconn or FuseErrno.Econnaborted => new FuseException(
            FuseFailure.DeadMount,
            $"{path}: the server of an earlier mount died and left it behind; clear it with: {ClearingCommand(path)}",
            errno),
        FuseErrno.Enoent => new FuseException(FuseFailure.MountPoint, $"{path}: the mount point doesn't exist", errno),
        FuseErrno.Eacces => new FuseException(
            FuseFailure.MountPoint, $"{path}: the mount point may not be entered (another user's mount?)", errno),
        _ => new FuseException(
            FuseFailure.MountPoint,
            $"{path}: looking at the mount point failed with errno {(int)errno}",
            errno),
    };

    private static string ClearingCommand(string path) =>
        $"{(LibC.EffectiveUserId() == 0 ? "umount" : "fusermount3 -u")} {Quoted(path)}";

    private static string Quoted(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:@%,".Contains(c))
        ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
