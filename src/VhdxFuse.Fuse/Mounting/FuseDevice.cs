using VhdxFuse.Fuse.Interop;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>/dev/fuse, and what keeps us from it.</summary>
internal static class FuseDevice
{
    public const string Path = "/dev/fuse";

    private const uint MiscMajor = 10;
    private const uint FuseMinor = 229;
    private const FuseErrno NoSuchDeviceOrAddress = FuseErrno.Enxio;

    /// <summary>Opens the device.</summary>
    /// <returns>A descriptor, the caller's.</returns>
    /// <exception cref="FuseException">DeviceMissing, DeviceDenied or System.</exception>
    public static int Open()
    {
        int descriptor = LibC.Open(Path, LibC.ReadWriteCloseOnExec);
        return descriptor >= 0 ? descriptor : throw Explain((FuseErrno)(-descriptor));
    }

    /// <summary>Whether an open descriptor is this device, whatever its path.</summary>
    public static bool Is(in FileStatus status) =>
        status is { IsCharacterDevice: true, Major: MiscMajor, Minor: FuseMinor };

    /// <summary>What a failed open means.</summary>
    public static FuseException Explain(FuseErrno errno) => errno switch
    {
        FuseErrno.Enoent => new FuseException(
            FuseFailure.DeviceMissing,
            $"{Path} doesn't exist: load the module (modprobe fuse); in a container add --device {Path}",
            errno),
        FuseErrno.Enodev or NoSuchDeviceOrAddress => new FuseException(
            FuseFailure.DeviceMissing, $"{Path} has no driver behind it: load the module (modprobe fuse)", errno),
        FuseErrno.Eacces => new FuseException(
            FuseFailure.DeviceDenied,
            $"{Path} may not be opened by this user: its mode should be 0666 (chmod 666 {Path}, as root)",
            errno),
        FuseErrno.Eperm => new FuseException(
            FuseFailure.DeviceDenied, $"{Path} is barred: in a container add --device {Path}", errno),
        _ => new FuseException(FuseFailure.System, $"opening {Path} failed with errno {(int)errno}", errno),
    };
}
