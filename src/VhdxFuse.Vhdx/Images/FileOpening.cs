using System;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// The order in which a file is opened: name it without opening it (O_PATH), look what it is, only then
/// open that same file through /proc/self/fd. No FIFO is waited for, no device hears of us, and whoever exchanges the
/// name in between changes nothing.
/// </summary>
internal static class FileOpening
{
    /// <summary>Names the file. Nothing of it changes; <paramref name="linkFollowed"/> becomes
    /// <see cref="LinuxFile.LinkFollowed"/>.</summary>
    public static Descriptor Name(string path, FileRole role, out bool linkFollowed)
    {
        linkFollowed = false;
        RefuseNul(path);
        Descriptor named;
        Errno errno;
        if (PathText.IsDescriptor(path, out ReadOnlySpan<char> number))
        {
            // Not by /dev/fd, which is a link: the kernel takes us straight to the file.
            byte[] procPath = PathText.ToBytes($"{PathText.ProcDescriptorFolder}{number}");
            errno = LibC.Open(Descriptor.WorkingFolder, procPath, OpenFlags.Path, out named);
        }
        else
        {
            errno = NameByPath(PathText.ToBytes(path), role, out named, out linkFollowed);
        }

        return errno == Errno.None ? named : throw ErrnoText.Failure(path, "can't be opened", errno);
    }

    /// <summary>Looks at a named file.</summary>
    /// <exception cref="VhdxException">NotVhdx: not of a kind that the role allows.</exception>
    public static StatX Inspect(Descriptor named, string path, FileRole role)
    {
        StatX stat = Stat(named, path);
        if (stat.IsRegularFile || (stat.IsBlockDevice && role == FileRole.Image))
        {
            return stat;
        }

        string cure = stat.IsSymbolicLink ? ", which is not followed to a parent: name the folder of the file" : "";
        string wanted = role == FileRole.Image ? "a regular file or a block device" : "a regular file";
        throw new VhdxException(
            VhdxErrorKind.NotVhdx, path, $"is {stat.KindText}{cure}; an image is {wanted}");
    }

    /// <summary>Opens a named file for reading, so that its access time stays.</summary>
    public static Descriptor Reopen(
        Descriptor named, string path, FileOpenOptions options, out AccessTimeGuard guard)
    {
        byte[] procPath = PathText.ToBytes(named.ProcPath);
        guard = AccessTimeGuard.OpenFlag;
        Errno errno = LibC.Open(Descriptor.WorkingFolder, procPath, OpenFlags.NoAccessTime, out Descriptor file);
        if (errno == Errno.NotPermitted)
        {
            guard = WithoutFlag(named, path, options);
            errno = LibC.Open(Descriptor.WorkingFolder, procPath, flags: 0, out file);
        }

        return errno switch
        {
            Errno.None => file,
            Errno.NoSuchEntry => throw NoProc(path),
            _ => throw ErrnoText.Failure(path, "can't be opened", errno),
        };
    }

    /// <summary>Opens a named file for reading and writing. A block device that is mounted, or in use by the kernel in
    /// another way, is refused.</summary>
    public static Descriptor ReopenForWriting(
        Descriptor named, string path, in StatX stat, out AccessTimeGuard guard)
    {
        byte[] procPath = PathText.ToBytes(named.ProcPath);
        int flags = OpenFlags.ReadWrite | (stat.IsBlockDevice ? OpenFlags.Exclusive : 0);
        guard = AccessTimeGuard.OpenFlag;
        Errno errno = LibC.Open(
            Descriptor.WorkingFolder, procPath, flags | OpenFlags.NoAccessTime, out Descriptor file);
        if (errno == Errno.NotPermitted)
        {
            // Somebody else's file that we may write: its times change anyway.
            guard = AccessTimeGuard.None;
            errno = LibC.Open(Descriptor.WorkingFolder, procPath, flags, out file);
        }

        return errno switch
        {
            Errno.None => file,
            Errno.NoSuchEntry => throw NoProc(path),
            Errno.Busy when stat.IsBlockDevice => throw new VhdxException(
                VhdxErrorKind.Io, path, "can't be opened for writing: the device is mounted or otherwise in use"),
            _ => throw ErrnoText.Failure(path, "can't be opened for writing", errno),
        };
    }

    /// <summary>A path with a NUL names nothing; the kernel would take the part before it.</summary>
    public static void RefuseNul(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new VhdxException(VhdxErrorKind.Io, path, "can't be opened: the name holds a NUL character");
        }
    }

    /// <summary>The attributes of an open file.</summary>
    public static StatX Stat(Descriptor file, string path)
    {
        Errno errno = LibC.Stat(file, out StatX stat);
        return errno == Errno.None ? stat : throw ErrnoText.Failure(path, "can't be looked at", errno);
    }

    private static Errno NameByPath(byte[] path, FileRole role, out Descriptor named, out bool linkFollowed)
    {
        // Following a link changes the link's own access time, and no flag of an open prevents it. So the first try
        // follows none. When it fails for whatever reason (a link, or a kernel or a sandbox without openat2) the second
        // may follow one: a fact for the report, since the user named the link.
        Errno errno = LibC.OpenWithoutLinks(path, out named);
        linkFollowed = false;
        if (errno == Errno.None)
        {
            return errno;
        }

        int flags = OpenFlags.Path | (role == FileRole.Parent ? OpenFlags.NoFollow : 0);
        errno = LibC.Open(Descriptor.WorkingFolder, path, flags, out named);
        linkFollowed = errno == Errno.None;
        return errno;
    }

    private static VhdxException NoProc(string path) => new(
        VhdxErrorKind.Io, path, "can't be opened: /proc is not mounted, and a file is opened through it");

    private static AccessTimeGuard WithoutFlag(Descriptor named, string path, FileOpenOptions options)
    {
        Errno errno = LibC.StatMount(named, out StatVfs mount);
        if (errno == Errno.None && mount.KeepsFileTimes)
        {
            return AccessTimeGuard.FileSystem;
        }

        return options.AllowAccessTimeUpdate
            ? AccessTimeGuard.None
            : throw new VhdxException(
                VhdxErrorKind.AccessTimeAtRisk,
                path,
                "reading it would change its access time, because only its owner or root (in a container: "
                + "--cap-add FOWNER) may read without that; mount its file system read-only or noatime, or use "
                + "--allow-atime");
    }
}
