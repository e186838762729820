using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>struct statx_timestamp.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct StatXTime
{
    [FieldOffset(0)]
    public long Seconds;

    [FieldOffset(8)]
    public uint Nanoseconds;

    public readonly FileTime ToFileTime() => new(Seconds, (int)Nanoseconds);
}
