using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>struct statx, of which we read what is named here: unlike struct stat the same on every machine.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct StatX
{
    public const int SizeBytes = 256;

    /// <summary>STATX_BASIC_STATS | STATX_BTIME.</summary>
    public const uint WantedMask = 0x7ff | BornMask;

    private const uint BornMask = 0x800;
    private const int TypeMask = 0xf000;
    private const int RegularType = 0x8000;
    private const int BlockDeviceType = 0x6000;
    private const int LinkType = 0xa000;

    [FieldOffset(0)]
    public uint Mask;

    [FieldOffset(16)]
    public uint LinkCount;

    [FieldOffset(20)]
    public uint UserId;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong SizeInBytes;

    [FieldOffset(64)]
    public StatXTime Accessed;

    [FieldOffset(80)]
    public StatXTime Born;

    [FieldOffset(96)]
    public StatXTime StatusChanged;

    [FieldOffset(112)]
    public StatXTime Modified;

    [FieldOffset(128)]
    public uint NodeMajor;

    [FieldOffset(132)]
    public uint NodeMinor;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;

    public readonly bool HasBorn => (Mask & BornMask) != 0;

    public readonly bool IsRegularFile => (Mode & TypeMask) == RegularType;

    public readonly bool IsBlockDevice => (Mode & TypeMask) == BlockDeviceType;

    public readonly bool IsSymbolicLink => (Mode & TypeMask) == LinkType;

    /// <summary>What the file is, with its article, for a message.</summary>
    public readonly string KindText => (Mode & TypeMask) switch
    {
        RegularType => "a regular file",
        BlockDeviceType => "a block device",
        LinkType => "a symbolic link",
        0x4000 => "a folder",
        0x1000 => "a FIFO",
        0x2000 => "a character device",
        0xc000 => "a socket",
        _ => "not a file of a known kind",
    };
}
