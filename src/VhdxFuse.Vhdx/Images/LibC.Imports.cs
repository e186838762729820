using System;
using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>The imports themselves, under their own names.</summary>
internal static partial class LibC
{
    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(Descriptor folder, ReadOnlySpan<byte> name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long openat2(
        long call, Descriptor folder, ReadOnlySpan<byte> name, in OpenHow how, nuint howBytes);

    [LibraryImport("libc")]
    private static partial int close(int number);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(Descriptor file, Span<byte> target, nuint lengthBytes, long at);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint preadv2(
        Descriptor file, in IoVector target, int targetCount, long at, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(
        nint wanted, nuint lengthBytes, int protection, int flags, Descriptor file, long at);

    [LibraryImport("libc")]
    private static partial int munmap(nint start, nuint lengthBytes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(Descriptor file, ReadOnlySpan<byte> source, nuint lengthBytes, long at);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(Descriptor file, int mode, long at, long lengthBytes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(Descriptor file, long lengthBytes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(Descriptor file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(
        Descriptor folder, ReadOnlySpan<byte> name, int flags, uint mask, out StatX stat);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatvfs(Descriptor file, out StatVfs stat);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatfs(Descriptor file, out StatFs stat);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(Descriptor file, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(Descriptor file, int command, ref ByteLock wanted);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlink(ReadOnlySpan<byte> path, Span<byte> target, nuint lengthBytes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getrandom(Span<byte> target, nuint lengthBytes, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial FolderListing fdopendir(Descriptor folder);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial byte* readdir(FolderListing listing);

    [LibraryImport("libc")]
    private static partial int closedir(nint listing);
}
