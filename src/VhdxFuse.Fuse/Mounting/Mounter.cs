using System;
using System.Globalization;
using System.IO;
using VhdxFuse.Fuse.Interop;
using VhdxFuse.Fuse.Session;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>Chooses the way of mounting and sets the session going.</summary>
internal static class Mounter
{
    private const string PagesLimitPath = "/proc/sys/fs/fuse/max_pages_limit";
    private const int FewestThreads = 2; // one waits in the kernel while the other works
    private const int MostThreads = 4;

    /// <summary>Mounts and serves; see <see cref="Fuse.Mount"/>.</summary>
    public static IFuseMount Mount(string mountPoint, IFuseFileSystem fileSystem, MountOptions options)
    {
        MountWords.Check(options);
        MountedDevice device = InheritedMount.TryTake(mountPoint) ?? MountAnew(mountPoint, fileSystem, options);
        Unmounter? unmounter = device.Method == FuseMountMethod.Inherited ? null : new Unmounter(device.Path);
        try
        {
            var session = new FuseSession(fileSystem, options, device.Channel, LibC.UserId());
            session.Initialize(PagesLimit(options));
            session.Start(options.Threads ?? Math.Clamp(Environment.ProcessorCount, FewestThreads, MostThreads));
            if (unmounter?.Device is { } number && options.ReadAheadBytes > 0)
            {
                ReadAhead.TrySet(number, options.ReadAheadBytes);
            }

            return new FuseMount(session, device, unmounter);
        }
        catch
        {
            device.Channel.Dispose(); // first, so that it happens even if unmounting fails
            unmounter?.Detach();
            throw;
        }
    }

    private static MountedDevice MountAnew(string mountPoint, IFuseFileSystem fileSystem, MountOptions options)
    {
        MountPoint place = MountPoint.Resolve(mountPoint);
        CheckRoot(fileSystem, place);

        // auto_unmount is fusermount3's service alone.
        MountedDevice? direct = options.AutoUnmount ? null : DirectMount.TryMount(place, options);
        return direct ?? FusermountClient.Mount(place, options);
    }

    // The kernel would take the mount, and then answer EIO for ever.
    private static void CheckRoot(IFuseFileSystem fileSystem, in MountPoint place)
    {
        int result = fileSystem.GetAttr("/"u8, out FuseAttributes root);
        if (result < 0)
        {
            throw new FuseException(
                FuseFailure.System, $"the file system has no root: errno {-result}", (FuseErrno)(-result));
        }

        if (root.Type != place.Type)
        {
            throw new FuseException(FuseFailure.MountPoint, place.Type == FuseFileType.Directory
                ? $"{place.Path}: is a directory, and what is to be mounted is a file"
                : $"{place.Path}: is a file, and what is to be mounted is a directory");
        }
    }

    private static int PagesLimit(MountOptions options)
    {
        int asked = options.MaxPages ?? InitNegotiation.DefaultMaxPages;
        bool hasLimit = File.Exists(PagesLimitPath);
        string text = hasLimit ? File.ReadAllText(PagesLimitPath) : "";
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int limit)
            ? Math.Min(asked, limit)
            : Math.Min(asked, InitNegotiation.DefaultMaxPages);
    }
}
