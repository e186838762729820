using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>Flags of openat. O_DIRECTORY and O_NOFOLLOW differ between x64 and arm64, the others don't.</summary>
internal static class OpenFlags
{
    public const int ReadWrite = 0x2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoAccessTime = 0x40000;
    public const int CloseOnExec = 0x80000;

    /// <summary>O_PATH: names a file and opens nothing: no device notices, no FIFO waits, no time changes.</summary>
    public const int Path = 0x200000;

    public static readonly int Folder = IsArm64 ? 0x4000 : 0x10000;

    public static readonly int NoFollow = IsArm64 ? 0x8000 : 0x20000;

    private static bool IsArm64 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
}
