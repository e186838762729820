using System;
using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// The system calls of this folder. Here and nowhere else a call that a signal interrupted is made again and a short
/// transfer is continued. Every method answers with the error number, <see cref="Errno.None"/> when all went well;
/// names are bytes that end with a NUL. 64-bit Linux only: off_t and long are eight bytes.
/// </summary>
internal static partial class LibC
{
    private const int EmptyPathFlag = 0x1000; // AT_EMPTY_PATH
    private const int LinkItselfFlag = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int NoAutomountFlag = 0x800; // AT_NO_AUTOMOUNT
    private const int SeekEnd = 2;
    private const int SeekData = 3;
    private const int SeekHole = 4;
    private const int SetLockCommand = 37; // F_OFD_SETLK
    private const int GetLockCommand = 36; // F_OFD_GETLK
    private const int NewFileMode = 0x1b6; // 0666 less the umask
    private const long OpenAt2Call = 437; // the same number on every machine
    private const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    private const int PunchHole = 2; // FALLOC_FL_PUNCH_HOLE
    private const int ZeroRange = 16; // FALLOC_FL_ZERO_RANGE
    private const int EntryNameOffset = 19; // d_name in struct dirent of 64-bit Linux
    private const int MaxPathBytes = 4096; // PATH_MAX
    private const int ProtectRead = 1; // PROT_READ
    private const int MapShared = 1; // MAP_SHARED
    private const int MapSharedFixed = 0x11; // MAP_SHARED | MAP_FIXED
    private const int OnlyIfCached = 8; // RWF_NOWAIT
    private const int MaxRandomBytes = 256; // what getrandom gives whole
    private const int MaxTextBytes = 1 << 22; // more than the mount table of any machine

    private static ReadOnlySpan<byte> ItselfName => "\0"u8;

    public static Errno Open(Descriptor folder, ReadOnlySpan<byte> name, int flags, out Descriptor opened)
    {
        int number;
        do
        {
            number = openat(folder, name, flags | OpenFlags.CloseOnExec, NewFileMode);
        }
        while (number < 0 && Last() == Errno.Interrupted);
        opened = new Descriptor(number);
        return number < 0 ? Last() : Errno.None;
    }

    /// <summary>Opens with O_PATH; fails with ELOOP where a symbolic link is met, and touches none.</summary>
    public static Errno OpenWithoutLinks(ReadOnlySpan<byte> path, out Descriptor opened)
    {
        var how = new OpenHow { Flags = OpenFlags.Path | OpenFlags.CloseOnExec, Resolve = OpenHow.NoLinks };
        int number;
        do
        {
            number = (int)openat2(OpenAt2Call, Descriptor.WorkingFolder, path, in how, OpenHow.SizeBytes);
        }
        while (number < 0 && Last() == Errno.Interrupted);
        opened = new Descriptor(number);
        return number < 0 ? Last() : Errno.None;
    }

    /// <summary>Not retried: Linux has let go of the number even when it reports EINTR.</summary>
    public static int Close(int number) => close(number);

    public static bool IsRoot => geteuid() == 0;

    /// <summary>Reads until the target is full or the file ends.</summary>
    public static Errno Read(Descriptor file, long at, Span<byte> target, out int readBytes)
    {
        readBytes = 0;
        while (readBytes < target.Length)
        {
            Span<byte> rest = target[readBytes..];
            nint read = pread(file, rest, (nuint)rest.Length, at + readBytes);
            if (read == 0)
            {
                break;
            }

            if (read > 0)
            {
                readBytes += (int)read; // at most the rest of a span
            }
            else if (Last() != Errno.Interrupted)
            {
                return Last();
            }
        }

        return Errno.None;
    }

    /// <summary>Fills the target from the page cache; false when that doesn't hold all of it, or nobody can
    /// tell.</summary>
    public static unsafe bool TryReadCached(Descriptor file, long at, Span<byte> target)
    {
        fixed (byte* start = target)
        {
            var vector = new IoVector { Address = (nint)start, LengthBytes = (nuint)target.Length };
            return preadv2(file, in vector, 1, at, OnlyIfCached) == target.Length;
        }
    }

    /// <summary>Maps a file from its start for reading.</summary>
    public static Errno Map(Descriptor file, nuint lengthBytes, out nint start)
    {
        start = mmap(0, lengthBytes, ProtectRead, MapShared, file, 0);
        return start == -1 ? Last() : Errno.None;
    }

    /// <summary>Puts a fresh mapping of the same file in the place of one, in one step.</summary>
    public static Errno MapAgain(Descriptor file, nint start, nuint lengthBytes) =>
        mmap(start, lengthBytes, ProtectRead, MapSharedFixed, file, 0) == -1 ? Last() : Errno.None;

    /// <summary>Ends a mapping.</summary>
    public static void Unmap(nint start, nuint lengthBytes) => _ = munmap(start, lengthBytes);

    /// <summary>Writes all of the source, or fails with an unknown part of it written.</summary>
    public static Errno Write(Descriptor file, long at, ReadOnlySpan<byte> source)
    {
        int writtenBytes = 0;
        while (writtenBytes < source.Length)
        {
            ReadOnlySpan<byte> rest = source[writtenBytes..];
            nint written = pwrite(file, rest, (nuint)rest.Length, at + writtenBytes);
            if (written == 0)
            {
                return Errno.InputOutput; // no file does this; waiting for it to stop could take for ever
            }

            if (written > 0)
            {
                writtenBytes += (int)written;
            }
            else if (Last() != Errno.Interrupted)
            {
                return Last();
            }
        }

        return Errno.None;
    }

    /// <summary>Frees the range's space, the length stays: the cheapest zeros.</summary>
    public static Errno PunchZeros(Descriptor file, long at, long lengthBytes) =>
        Allocate(file, PunchHole | KeepSize, at, lengthBytes);

    /// <summary>Keeps or takes the range's space and marks it as zeros, the length stays.</summary>
    public static Errno MarkZeros(Descriptor file, long at, long lengthBytes) =>
        Allocate(file, ZeroRange | KeepSize, at, lengthBytes);

    /// <summary>Takes space for a range inside the file; no byte changes.</summary>
    public static Errno TakeSpace(Descriptor file, long at, long lengthBytes) =>
        Allocate(file, KeepSize, at, lengthBytes);

    public static Errno SetLength(Descriptor file, long lengthBytes)
    {
        Errno errno;
        do
        {
            errno = Result(ftruncate(file, lengthBytes));
        }
        while (errno == Errno.Interrupted);
        return errno;
    }

    /// <summary>Never retried, not even after EINTR: the kernel may have dropped the dirty pages.</summary>
    public static Errno Flush(Descriptor file) => Result(fdatasync(file));

    /// <summary>The file behind a descriptor, of whatever kind.</summary>
    public static Errno Stat(Descriptor file, out StatX stat) => Stat(file, ItselfName, EmptyPathFlag, out stat);

    /// <summary>What a folder's name stands for; of a link the link itself.</summary>
    public static Errno StatEntry(Descriptor folder, ReadOnlySpan<byte> name, out StatX stat) =>
        Stat(folder, name, LinkItselfFlag | NoAutomountFlag, out stat);

    public static Errno StatMount(Descriptor file, out StatVfs stat)
    {
        Errno errno;
        do
        {
            errno = Result(fstatvfs(file, out stat));
        }
        while (errno == Errno.Interrupted);
        return errno;
    }

    public static Errno StatFileSystem(Descriptor file, out StatFs stat)
    {
        Errno errno;
        do
        {
            errno = Result(fstatfs(file, out stat));
        }
        while (errno == Errno.Interrupted);
        return errno;
    }

    public static Errno FindEnd(Descriptor file, out long at) => Seek(file, 0, SeekEnd, out at);

    public static Errno FindData(Descriptor file, long from, out long at) => Seek(file, from, SeekData, out at);

    public static Errno FindHole(Descriptor file, long from, out long at) => Seek(file, from, SeekHole, out at);

    /// <summary>Takes or releases a lock without waiting.</summary>
    public static Errno SetLock(Descriptor file, ByteLock wanted) => Lock(file, SetLockCommand, ref wanted);

    /// <summary>Puts the first lock of somebody else that stands in the way in place of the wanted one.</summary>
    public static Errno TestLock(Descriptor file, ref ByteLock wanted) => Lock(file, GetLockCommand, ref wanted);

    /// <summary>The path of a file of ours as the kernel has it now.</summary>
    public static Errno PathOf(Descriptor file, out string path) => TargetOf(file.ProcPath, out path);

    /// <summary>What a symbolic link says.</summary>
    public static Errno TargetOf(string link, out string path)
    {
        Span<byte> target = stackalloc byte[MaxPathBytes];
        nint length = readlink(PathText.ToBytes(link), target, (nuint)target.Length);
        path = length > 0 ? PathText.FromBytes(target[..(int)length]) : "";
        return length > 0 ? Errno.None : Last();
    }

    /// <summary>The whole of one of the kernel's own files, which have no length.</summary>
    /// <returns>Empty when it can't be read.</returns>
    public static string TextOf(string path)
    {
        Errno errno = Open(Descriptor.WorkingFolder, PathText.ToBytes(path), flags: 0, out Descriptor file);
        using (file)
        {
            byte[] bytes = new byte[MaxPathBytes];
            int length = 0;
            while (errno == Errno.None && bytes.Length < MaxTextBytes)
            {
                errno = Read(file, length, bytes.AsSpan(length), out int read);
                length += read;
                if (length < bytes.Length)
                {
                    break;
                }

                Array.Resize(ref bytes, bytes.Length * 2);
            }

            return errno == Errno.None ? PathText.FromBytes(bytes.AsSpan(0, length)) : "";
        }
    }

    /// <summary>Makes a listing of a folder; the descriptor then belongs to the listing.</summary>
    public static Errno OpenListing(Descriptor folder, out FolderListing listing)
    {
        listing = fdopendir(folder);
        if (listing.IsInvalid)
        {
            return Last();
        }

        folder.SetHandleAsInvalid();
        return Errno.None;
    }

    public static int CloseListing(nint listing) => closedir(listing);

    /// <summary>The next name, in the order that the file system likes; empty after the last.</summary>
    public static unsafe Errno NextName(FolderListing listing, out ReadOnlySpan<byte> name)
    {
        byte* entry = readdir(listing);
        name = entry is null ? [] : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + EntryNameOffset);
        return entry is null ? Last() : Errno.None; // the marshaller cleared errno before the call
    }

    /// <summary>Fills from the kernel's generator. It gives up to 256 bytes whole or none, and none only before it has
    /// been seeded at boot, which is waited for.</summary>
    public static void FillRandomly(Span<byte> target)
    {
        Invariant.Holds(target.Length <= MaxRandomBytes);
        nint filled;
        do
        {
            filled = getrandom(target, (nuint)target.Length, flags: 0);
        }
        while (filled < 0 && Last() == Errno.Interrupted);
        Invariant.Holds(filled == target.Length);
    }

    private static Errno Stat(Descriptor from, ReadOnlySpan<byte> name, int flags, out StatX stat)
    {
        Errno errno;
        do
        {
            errno = Result(statx(from, name, flags, StatX.WantedMask, out stat));
        }
        while (errno == Errno.Interrupted);
        return errno;
    }

    private static Errno Seek(Descriptor file, long from, int whence, out long at)
    {
        do
        {
            at = lseek(file, from, whence);
        }
        while (at < 0 && Last() == Errno.Interrupted);
        return at < 0 ? Last() : Errno.None;
    }

    private static Errno Lock(Descriptor file, int command, ref ByteLock wanted)
    {
        Errno errno;
        do
        {
            errno = Result(fcntl(file, command, ref wanted));
        }
        while (errno == Errno.Interrupted);
        return errno;
    }

    private static Errno Allocate(Descriptor file, int mode, long at, long lengthBytes)
    {
        Errno errno;
        do
        {
            errno = Result(fallocate(file, mode, at, lengthBytes));
        }
        while (errno == Errno.Interrupted);
        return errno;
    }

    private static Errno Result(int answer) => answer == 0 ? Errno.None : Last();

    private static Errno Last() => (Errno)Marshal.GetLastPInvokeError();
}
