using System;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>A payload or sector bitmap block and where it lies, in 8 bytes: a full disk has 2^26 of them. Ordered by
/// place.</summary>
internal readonly record struct StoredBlock : IComparable<StoredBlock>
{
    private const int PlaceShift = 32;
    private readonly ulong _key; // MiB of the file, index in the table

    /// <param name="at">Whole MiB, below the largest file.</param>
    /// <param name="index">Below 2^32: the largest table has 2^26 entries and some.</param>
    public StoredBlock(FileOffset at, BatIndex index)
    {
        Invariant.Holds(index.Value <= uint.MaxValue);
        _key = ((ulong)(at.Value / Units.MiB) << PlaceShift) | (ulong)index.Value;
    }

    /// <summary>Where it lies.</summary>
    public FileOffset At => new((long)(_key >> PlaceShift) * Units.MiB);

    /// <summary>Its entry in the table.</summary>
    public BatIndex Index => new((long)(_key & uint.MaxValue));

    public int CompareTo(StoredBlock other) => _key.CompareTo(other._key);
}
