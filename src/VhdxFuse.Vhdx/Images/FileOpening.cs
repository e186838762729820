using System;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// Opens what a name stands for without changing it: looked at through O_PATH first, so that a FIFO never blocks and a
/// device is never touched, then opened again through /proc/self/fd, with O_NOATIME.
/// </summary>
internal static class FileOpening
{
    private const int LinkBytes = 4096;

    /// <summary>Opens a path of the user's for looking only; links are followed.</summary>
    /// <exception cref="VhdxException">Io: there is no such file, or it may not be reached. AccessTimeAtRisk: the last
    /// component is a symbolic link, and following it would change the link's access time.</exception>
    public static SafeFileHandle OpenPath(string path, bool allowAccessTimeUpdate)
    {
        SafeFileHandle handle = OpenPathAt(LibC.AtCurrentFolder, path, noFollow: true)
            ?? throw SystemCall.Failed(path, "can't be opened");
        if (StatusOf(handle, path).Type != FileStatus.SymbolicLink)
        {
            return handle;
        }

        using (handle)
        {
            // Links of /proc are made as they are looked at: /dev/fd/N names a descriptor of ours.
            bool descriptor = path.StartsWith("/dev/fd/", StringComparison.Ordinal)
                || path.StartsWith("/proc/", StringComparison.Ordinal);
            if (!descriptor && !allowAccessTimeUpdate && !KeepsAccessTimes(handle, path))
            {
                throw new VhdxException(
                    VhdxErrorKind.AccessTimeAtRisk,
                    path,
                    "is a symbolic link, and following it would change its access time " +
                    "(name the file it leads to, or use --allow-atime)");
            }
        }

        return OpenPathAt(LibC.AtCurrentFolder, path, noFollow: false)
            ?? throw SystemCall.Failed(path, "can't be opened");
    }

    /// <summary>Opens one name for looking only.</summary>
    /// <returns>Null when it can't be; errno says why.</returns>
    public static SafeFileHandle? OpenPathAt(int folder, string name, bool noFollow)
    {
        // O_NOFOLLOW isn't the same number everywhere: a link is told by its type, taken without following it.
        int flags = LibC.OpenPath | LibC.OpenCloseOnExec;
        int descriptor = LibC.OpenAt(folder, name, noFollow ? flags | NoFollow : flags, 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Opens for reading what <see cref="OpenPath"/> found, leaving its access time alone.</summary>
    /// <exception cref="VhdxException">Io, or AccessTimeAtRisk: only the owner may leave the access time
    /// alone.</exception>
    public static SafeFileHandle Reopen(SafeFileHandle found, string path, bool allowAccessTimeUpdate) =>
        TryReopen(found, path, allowAccessTimeUpdate) ?? throw new VhdxException(
            VhdxErrorKind.AccessTimeAtRisk,
            path,
            "only the owner (or CAP_FOWNER) can read it without changing its access time " +
            "(use --allow-atime to read it all the same)");

    /// <summary>As <see cref="Reopen"/>; null when the access time is at risk.</summary>
    public static SafeFileHandle? TryReopen(SafeFileHandle found, string path, bool allowAccessTimeUpdate)
    {
        string link = DescriptorPath(found);
        const int flags = LibC.OpenReadOnly | LibC.OpenCloseOnExec;
        int descriptor = LibC.OpenAt(LibC.AtCurrentFolder, link, flags | LibC.OpenNoAtime, 0);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == LibC.Eperm)
        {
            if (!allowAccessTimeUpdate && !KeepsAccessTimes(found, path))
            {
                return null;
            }

            descriptor = LibC.OpenAt(LibC.AtCurrentFolder, link, flags, 0);
        }

        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw SystemCall.Failed(path, "can't be opened for reading");
    }

    public static FileStatus StatusOf(SafeFileHandle handle, string path)
    {
        int descriptor = (int)handle.DangerousGetHandle();
        return LibC.Status(descriptor, "", LibC.AtEmptyPath, FileStatus.AllFields, out FileStatus status) == 0
            ? status : throw SystemCall.Failed(path, "can't be looked at");
    }

    /// <summary>Where an open file lies, links resolved.</summary>
    public static unsafe string FullPathOf(SafeFileHandle handle, string path)
    {
        byte* buffer = stackalloc byte[LinkBytes];
        nint length = LibC.ReadLink(DescriptorPath(handle), buffer, LinkBytes);
        return length > 0
            ? Encoding.UTF8.GetString(buffer, (int)length)
            : throw SystemCall.Failed(path, "/proc/self/fd can't be read");
    }

    // The one flag here whose number differs between architectures.
    private static int NoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm
        ? 0x8000 : 0x2_0000;

    private static bool KeepsAccessTimes(SafeFileHandle handle, string path) =>
        LibC.FileSystemStatus(handle, out FileSystemFlags flags) == 0
            ? flags.KeepsAccessTimes : throw SystemCall.Failed(path, "its file system can't be looked at");

    private static string DescriptorPath(SafeFileHandle handle) => $"/proc/self/fd/{handle.DangerousGetHandle()}";
}
