using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// The byte locks that QEMU and this program exclude each other by. Byte 100 + p says "I use permission p", byte 200 +
/// p "others may not use it"; p is 0 for reading, 1 for writing, 3 for resizing. The locks belong to the open file and
/// go with its descriptor.
/// </summary>
internal static class ImageLock
{
    private const int UsesRead = 100;
    private const int UsesWrite = 101;
    private const int UsesResize = 103;
    private const int ForbidsRead = 200;
    private const int ForbidsWrite = 201;
    private const int ForbidsResize = 203;

    // Take first, then look: of two that start together at least one sees the other.
    private static readonly int[] TakenByReader = [UsesRead, ForbidsWrite, ForbidsResize];
    private static readonly int[] ConflictsOfReader = [ForbidsRead, UsesWrite, UsesResize];
    private static readonly int[] TakenBySharer = [UsesRead];

    /// <summary>Locks a file that is open for reading.</summary>
    /// <param name="file">The descriptor.</param>
    /// <param name="path">For messages.</param>
    /// <param name="share">Take only what doesn't hinder a writer, and look for none.</param>
    /// <exception cref="VhdxException">Locked: another process writes the image or forbids readers.</exception>
    public static LockState TakeForReading(SafeFileHandle file, string path, bool share)
    {
        foreach (int offset in share ? TakenBySharer : TakenByReader)
        {
            FileLock fileLock = LockOf(FileLock.ReadLock, offset);
            if (LibC.Lock(file, LibC.OfdSetLock, ref fileLock) == 0)
            {
                continue;
            }

            if (Marshal.GetLastPInvokeError() is LibC.Eagain or LibC.Eacces)
            {
                throw Conflict(path, "another process holds a lock on it that keeps readers out");
            }

            return LockState.Unsupported;
        }

        return share ? LockState.Shared : LookForConflicts(file, path);
    }

    private static LockState LookForConflicts(SafeFileHandle file, string path)
    {
        foreach (int offset in ConflictsOfReader)
        {
            FileLock fileLock = LockOf(FileLock.WriteLock, offset);
            if (LibC.Lock(file, LibC.OfdGetLock, ref fileLock) != 0)
            {
                return LockState.Unsupported;
            }

            if (fileLock.Type != FileLock.Unlocked)
            {
                throw Conflict(path, "another process holds it open for writing");
            }
        }

        return LockState.Held;
    }

    private static FileLock LockOf(short type, int offset) => new() { Type = type, Start = offset, Length = 1 };

    private static VhdxException Conflict(string path, string reason) =>
        new(
            VhdxErrorKind.Locked,
            path,
            $"{reason} (use --force-share to read it all the same; it may change meanwhile)");
}
