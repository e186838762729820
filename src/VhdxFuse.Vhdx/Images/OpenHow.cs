using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>struct open_how of openat2.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    public const int SizeBytes = 24;

    /// <summary>RESOLVE_NO_SYMLINKS: ELOOP at the first link on the way, which is then left untouched.</summary>
    public const ulong NoLinks = 0x04;

    public ulong Flags;
    public ulong Mode;
    public ulong Resolve;
}
