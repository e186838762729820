using VhdxFuse.Fuse.Interop;
using VhdxFuse.Fuse.Session;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>Mounts with mount(2).</summary>
internal static class DirectMount
{
    /// <summary>Mounts.</summary>
    /// <returns>Null when we lack CAP_SYS_ADMIN in our user namespace.</returns>
    /// <exception cref="FuseException">The device can't be opened, or the kernel refused.</exception>
    public static MountedDevice? TryMount(in MountPoint mountPoint, MountOptions options)
    {
        int descriptor = FuseDevice.Open();
        string data = MountWords.DataOf(options, descriptor, mountPoint);
        int result = LibC.Mount(
            options.Source, mountPoint.Path, MountWords.TypeOf(options), MountWords.FlagsOf(options), data);
        if (result >= 0)
        {
            return new MountedDevice(new DevFuseChannel(descriptor), mountPoint.Path, FuseMountMethod.Direct);
        }

        LibC.Close(descriptor);
        return result == FuseErrno.Eperm.ToResult() ? null : throw Explain(mountPoint.Path, data, (FuseErrno)(-result));
    }

    private static FuseException Explain(string path, string data, FuseErrno errno) => errno switch
    {
        FuseErrno.Einval => new FuseException(
            FuseFailure.Options, $"{path}: the kernel refused the mount options {data}", errno),
        FuseErrno.Enodev => new FuseException(
            FuseFailure.DeviceMissing, "the kernel has no FUSE: load the module (modprobe fuse)", errno),
        FuseErrno.Eacces => new FuseException(
            FuseFailure.NotPermitted,
            $"{path}: a security module forbids mounting (in a container: --security-opt apparmor=unconfined)",
            errno),
        FuseErrno.Enotdir or FuseErrno.Enoent => new FuseException(
            FuseFailure.MountPoint, $"{path}: the mount point changed while it was being mounted", errno),
        _ => new FuseException(FuseFailure.System, $"{path}: mount failed with errno {(int)errno}", errno),
    };
}
