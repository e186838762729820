using System.Runtime.InteropServices;

namespace VhdxFuse.Hosting;

/// <summary>The system calls of the program's own life. Numbers are those of x86-64 and arm64.</summary>
internal static unsafe partial class LibC
{
    public const int ErrorInterrupted = 4; // EINTR
    public const int GetDescriptorFlags = 1; // F_GETFD
    public const int SetDescriptorFlags = 2; // F_SETFD
    public const int CloseOnExec = 1; // FD_CLOEXEC
    public const int OpenCloseOnExec = 0x80000; // O_CLOEXEC
    public const int OpenReadWrite = 2; // O_RDWR
    public const int DuplicateDescriptor = 0; // F_DUPFD
    public const uint RangeCloseOnExec = 4; // CLOSE_RANGE_CLOEXEC
    public const long CloseRangeNumber = 436; // by number: older libraries have no function for it

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [LibraryImport("libc", EntryPoint = "access")]
    public static partial int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    public static partial int Duplicate(int source, int target);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    public static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "syscall")]
    public static partial long CloseRange(long number, uint first, uint last, uint flags);

    [LibraryImport("libc", EntryPoint = "setsid")]
    public static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "chdir")]
    public static partial int ChangeFolder([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [LibraryImport("libc", EntryPoint = "getuid")]
    public static partial uint UserId();

    [LibraryImport("libc", EntryPoint = "getgid")]
    public static partial uint GroupId();

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int Spawn(
        int* process,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        void* actions,
        void* attributes,
        byte** arguments,
        byte** environment);

    [LibraryImport("libc", EntryPoint = "execve")]
    public static partial int Execute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int Wait(int process, int* status, int options);
}
