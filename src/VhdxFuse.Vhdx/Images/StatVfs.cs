using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>struct statvfs of 64-bit Linux, of which we read the mount's flags.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct StatVfs
{
    public const int SizeBytes = 112;

    private const ulong ReadOnlyFlag = 1;
    private const ulong NoAccessTimeFlag = 1024;
    private const ulong NoFolderAccessTimeFlag = 2048;

    [FieldOffset(72)]
    public ulong Flags;

    /// <summary>Whether no read can change a file's access time here.</summary>
    public readonly bool KeepsFileTimes => (Flags & (ReadOnlyFlag | NoAccessTimeFlag)) != 0;

    /// <summary>Whether no listing can change a folder's access time here.</summary>
    public readonly bool KeepsFolderTimes =>
        (Flags & (ReadOnlyFlag | NoAccessTimeFlag | NoFolderAccessTimeFlag)) != 0;
}
