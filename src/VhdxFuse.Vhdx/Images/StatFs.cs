using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>struct statfs of 64-bit Linux, of which we read what kind of file system it is.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct StatFs
{
    public const int SizeBytes = 120;

    [FieldOffset(0)]
    public long Magic;
}
