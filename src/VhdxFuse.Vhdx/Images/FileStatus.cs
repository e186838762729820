using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>struct statx: the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    /// <summary>All basic fields and the time of birth.</summary>
    public const uint AllFields = 0x0FFF;

    public const int TypeMask = 0xF000;
    public const int Folder = 0x4000;
    public const int BlockDevice = 0x6000;
    public const int RegularFile = 0x8000;
    public const int SymbolicLink = 0xA000;
    public const int Fifo = 0x1000;
    public const int CharacterDevice = 0x2000;
    public const int Socket = 0xC000;

    [FieldOffset(0)]
    public uint Mask;

    [FieldOffset(20)]
    public uint UserId;

    [FieldOffset(24)]
    public uint GroupId;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong SizeBytes;

    [FieldOffset(48)]
    public ulong Blocks;

    [FieldOffset(64)]
    public FileTime Accessed;

    [FieldOffset(80)]
    public FileTime Born;

    [FieldOffset(96)]
    public FileTime Changed;

    [FieldOffset(112)]
    public FileTime Modified;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;

    public readonly int Type => Mode & TypeMask;

    /// <summary>The same for two names exactly when they are one file.</summary>
    public readonly string Identity => $"{DeviceMajor}:{DeviceMinor}:{Inode}";
}
