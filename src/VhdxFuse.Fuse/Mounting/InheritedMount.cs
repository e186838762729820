using System;
using System.Globalization;
using VhdxFuse.Fuse.Interop;
using VhdxFuse.Fuse.Session;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>A mount made by somebody else, whose descriptor we were started with: <c>/dev/fd/N</c>.</summary>
internal static class InheritedMount
{
    private const string Prefix = "/dev/fd/";

    /// <summary>Takes the descriptor over.</summary>
    /// <returns>Null when the mount point isn't named that way.</returns>
    /// <exception cref="FuseException">MountPoint: not an open descriptor of /dev/fuse.</exception>
    public static MountedDevice? TryTake(string mountPoint)
    {
        if (!mountPoint.StartsWith(Prefix, StringComparison.Ordinal)
            || !int.TryParse(mountPoint.AsSpan(Prefix.Length), NumberStyles.None, null, out int descriptor))
        {
            return null;
        }

        int result = FileStatus.Of(descriptor, out FileStatus status);
        if (result < 0 || !FuseDevice.Is(status))
        {
            throw new FuseException(
                FuseFailure.MountPoint,
                $"{mountPoint}: is not an open descriptor of {FuseDevice.Path}",
                FuseErrno.Ebadf);
        }

        _ = LibC.SetCloseOnExec(descriptor);
        return new MountedDevice(new DevFuseChannel(descriptor), mountPoint, FuseMountMethod.Inherited);
    }
}
