using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>struct statvfs of 64-bit Linux; only its flags are looked at.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileSystemFlags
{
    private const ulong ReadOnly = 1;
    private const ulong NoAtime = 1024;

    [FieldOffset(72)]
    private readonly ulong _flags;

    /// <summary>Whether reading a file there leaves its access time alone.</summary>
    public readonly bool KeepsAccessTimes => (_flags & (ReadOnly | NoAtime)) != 0;
}
