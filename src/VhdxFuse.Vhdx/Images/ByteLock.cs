using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>struct flock of 64-bit Linux: a lock on one byte of a file.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct ByteLock
{
    [FieldOffset(0)]
    public ByteLockType Type;

    /// <summary>Stays 0: Start counts from the beginning of the file.</summary>
    [FieldOffset(2)]
    public short Whence;

    [FieldOffset(8)]
    public long Start;

    [FieldOffset(16)]
    public long LengthBytes;

    /// <summary>Zero on the way in. On the way out the holder's process, or -1 for an open file description.</summary>
    [FieldOffset(24)]
    public int ProcessId;

    public static ByteLock On(int place, ByteLockType type) => new() { Type = type, Start = place, LengthBytes = 1 };
}
