using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VhdxFuse.Vhdx.Images;

/// <summary>The system calls of the file layer. Only constants that are the same on every 64-bit Linux are
/// used.</summary>
internal static partial class LibC
{
    public const int OpenReadOnly = 0;
    public const int OpenReadWrite = 2;
    public const int OpenCreate = 0x40;
    public const int OpenExclusive = 0x80;
    public const int OpenNoAtime = 0x4_0000;
    public const int OpenCloseOnExec = 0x8_0000;
    public const int OpenPath = 0x20_0000;

    public const int AtCurrentFolder = -100;
    public const int AtSymlinkNoFollow = 0x100;
    public const int AtEmptyPath = 0x1000;

    public const int SeekData = 3;
    public const int SeekEnd = 2;

    public const int FallocateKeepSize = 1;
    public const int FallocatePunchHole = 2;

    public const int OfdGetLock = 36;
    public const int OfdSetLock = 37;

    public const int Eperm = 1;
    public const int Eintr = 4;
    public const int Enxio = 6;
    public const int Einval = 22;
    public const int Eagain = 11;
    public const int Eacces = 13;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int OpenAt(int folder, string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    public static unsafe partial nint ReadAt(SafeFileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport(Library, EntryPoint = "pwrite", SetLastError = true)]
    public static unsafe partial nint WriteAt(SafeFileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(SafeFileHandle file, long length);

    [LibraryImport(Library, EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport(Library, EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(SafeFileHandle file);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int command, ref FileLock fileLock);

    [LibraryImport(Library, EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Status(int folder, string path, int flags, uint mask, out FileStatus status);

    [LibraryImport(Library, EntryPoint = "fstatvfs", SetLastError = true)]
    public static partial int FileSystemStatus(SafeFileHandle file, out FileSystemFlags flags);

    [LibraryImport(Library, EntryPoint = "getdents64", SetLastError = true)]
    public static unsafe partial nint ReadFolder(SafeFileHandle folder, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "readlink", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static unsafe partial nint ReadLink(string path, byte* buffer, nuint count);
}
