using System;

namespace VhdxFuse.Support.Crash;

/// <summary>The smallest thing that a power cut keeps or loses: the part of one write that lies in one 512-byte sector,
/// or one change of the length.</summary>
/// <param name="Operation">The number of the operation it belongs to, counted from the start of the file.</param>
/// <param name="At">Where; of a change of the length, the new length.</param>
/// <param name="Bytes">At most 512; null for a change of the length.</param>
/// <param name="Extends">A change of the length that came with a write past the end: it never makes the file
/// shorter.</param>
public sealed record PendingUnit(long Operation, long At, ReadOnlyMemory<byte>? Bytes, bool Extends)
{
    public const int MaxBytes = 512;

    public bool IsLength => Bytes is null;
}
