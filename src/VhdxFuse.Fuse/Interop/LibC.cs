using System;
using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse.Interop;

/// <summary>The system calls we need. Results are 0 or a count, or a negative error number; EINTR is handled here and
/// nowhere else, except in Receive, where the reader handles it with the other transient errors.</summary>
internal static unsafe partial class LibC
{
    public const int ReadWriteCloseOnExec = 0x80002; // O_RDWR | O_CLOEXEC
    public const int CloseOnExec = 0x80000; // O_CLOEXEC, SOCK_CLOEXEC
    public const int DetachMount = 2; // MNT_DETACH

    private const string Library = "libc";
    private const int SetDescriptorFlags = 2; // F_SETFD
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int DescriptorCloseOnExec = 1; // FD_CLOEXEC
    private const int GetStatusFlags = 3; // F_GETFL
    private const int SetStatusFlags = 4; // F_SETFL
    private const int NonBlocking = 0x800; // O_NONBLOCK
    private const short PollIn = 1; // POLLIN
    private const int WaitForEver = -1;
    private const int UnixSocket = 1; // AF_UNIX
    private const int StreamSocket = 1; // SOCK_STREAM
    private const nuint CloneRequest = 0x8004E500; // FUSE_DEV_IOC_CLONE

    public static int Open(string path, int flags) => Result(OpenRaw(path, flags));

    /// <summary>Closes; numbers below 0 stand for "none" and are left alone.</summary>
    public static void Close(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = CloseRaw(descriptor);
        }
    }

    /// <summary>One read; EINTR comes back as it is.</summary>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Result((int)ReadRaw(descriptor, start, (nuint)buffer.Length));
        }
    }

    /// <summary>Makes reads answer EAGAIN instead of waiting.</summary>
    public static void SetNonBlocking(int descriptor)
    {
        int flags = FcntlRaw(descriptor, GetStatusFlags, 0);
        _ = FcntlRaw(descriptor, SetStatusFlags, flags | NonBlocking);
    }

    /// <summary>Waits until a read would not answer EAGAIN; EINTR comes back as it is.</summary>
    public static int WaitUntilReadable(int descriptor)
    {
        var asked = new PollRequest { Descriptor = descriptor, Events = PollIn };
        return Result(PollRaw(&asked, 1, WaitForEver));
    }

    /// <summary>One write of one message; a message is taken whole or refused.</summary>
    public static int Write(int descriptor, ReadOnlySpan<byte> message)
    {
        fixed (byte* start = message)
        {
            int result;
            do
            {
                result = Result((int)WriteRaw(descriptor, start, (nuint)message.Length));
            }
            while (result == FuseErrno.Eintr.ToResult());
            return result;
        }
    }

    /// <summary>One write of one message in two pieces, the second at an address that may have no memory behind
    /// it.</summary>
    public static int Write(int descriptor, ReadOnlySpan<byte> head, nint tail, int tailBytes)
    {
        fixed (byte* start = head)
        {
            nint* pieces = stackalloc nint[] { (nint)start, head.Length, tail, tailBytes }; // two of struct iovec
            int result;
            do
            {
                result = Result((int)WriteVectorRaw(descriptor, pieces, 2));
            }
            while (result == FuseErrno.Eintr.ToResult());
            return result;
        }
    }

    public static int Mount(string source, string target, string type, MountFlags flags, string data) =>
        Result(MountRaw(source, target, type, (nuint)flags, data));

    public static int Unmount(string target, int flags) => Result(UnmountRaw(target, flags));

    public static uint UserId() => GetUidRaw();

    public static uint EffectiveUserId() => GetEuidRaw();

    public static uint GroupId() => GetGidRaw();

    public static int SetCloseOnExec(int descriptor) =>
        Result(FcntlRaw(descriptor, SetDescriptorFlags, DescriptorCloseOnExec));

    /// <summary>Duplicates to the lowest free number not below <paramref name="lowest"/>, closed on exec.</summary>
    public static int DuplicateAbove(int descriptor, int lowest) =>
        Result(FcntlRaw(descriptor, DuplicateCloseOnExec, lowest));

    /// <summary>Attaches a fresh descriptor of /dev/fuse to the session of another.</summary>
    public static int CloneSession(int fresh, int session) => Result(IoctlRaw(fresh, CloneRequest, &session));

    public static int SocketPair(out int ours, out int theirs)
    {
        int* pair = stackalloc int[2];
        int result = Result(SocketPairRaw(UnixSocket, StreamSocket | CloseOnExec, 0, pair));
        (ours, theirs) = (pair[0], pair[1]);
        return result;
    }

    public static int Pipe(out int reader, out int writer)
    {
        int* pair = stackalloc int[2];
        int result = Result(PipeRaw(pair, CloseOnExec));
        (reader, writer) = (pair[0], pair[1]);
        return result;
    }

    /// <summary>Waits for a child.</summary>
    /// <returns>Its exit status in wait(2)'s encoding, or a negative error number.</returns>
    public static int WaitFor(int process)
    {
        int status;
        int result;
        do
        {
            result = Result(WaitPidRaw(process, &status, 0));
        }
        while (result == FuseErrno.Eintr.ToResult());
        return result < 0 ? result : status;
    }

    private static int Result(int returned) => returned >= 0 ? returned : -Marshal.GetLastPInvokeError();

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenRaw(string path, int flags);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int CloseRaw(int descriptor);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadRaw(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteRaw(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    private static partial int PollRaw(PollRequest* asked, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "writev", SetLastError = true)]
    private static partial nint WriteVectorRaw(int descriptor, nint* pieces, int count);

    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MountRaw(string source, string target, string type, nuint flags, string data);

    [LibraryImport(Library, EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnmountRaw(string target, int flags);

    [LibraryImport(Library, EntryPoint = "getuid")]
    private static partial uint GetUidRaw();

    [LibraryImport(Library, EntryPoint = "geteuid")]
    private static partial uint GetEuidRaw();

    [LibraryImport(Library, EntryPoint = "getgid")]
    private static partial uint GetGidRaw();

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FcntlRaw(int descriptor, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoctlRaw(int descriptor, nuint request, int* argument);

    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPairRaw(int domain, int type, int protocol, int* pair);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    private static partial int PipeRaw(int* pair, int flags);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPidRaw(int process, int* status, int options);
}
