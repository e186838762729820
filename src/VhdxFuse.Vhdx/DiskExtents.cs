using System;

namespace VhdxFuse.Vhdx;

/// <summary>Walks the extents of a stretch of a disk; allocates nothing. Neighbours stored alike come as one.</summary>
public struct DiskExtents : IEquatable<DiskExtents>
{
    private readonly VirtualDisk _disk;
    private readonly long _end;
    private long _next;
    private DiskExtent _ahead; // resolved but not given yet; of length 0 when there is none

    internal DiskExtents(VirtualDisk disk, long start, long lengthBytes)
    {
        _disk = disk;
        _next = start;
        _end = start + lengthBytes;
    }

    /// <summary>The extent that <see cref="MoveNext"/> came to.</summary>
    public DiskExtent Current { get; private set; }

    /// <summary>Goes to the next extent.</summary>
    /// <returns>False at the end of the stretch.</returns>
    /// <exception cref="VhdxException">Io: a page of the map can't be read.</exception>
    public bool MoveNext()
    {
        if (_ahead.LengthBytes == 0 && !Advance())
        {
            return false;
        }

        DiskExtent extent = _ahead;
        _ahead = default;
        while (Advance())
        {
            if (!extent.IsContinuedBy(_ahead))
            {
                break;
            }

            extent = extent with { LengthBytes = extent.LengthBytes + _ahead.LengthBytes };
            _ahead = default;
        }

        Current = extent;
        return true;
    }

    /// <summary>The walk itself, for foreach.</summary>
    public readonly DiskExtents GetEnumerator() => this;

    /// <inheritdoc/>
    public readonly bool Equals(DiskExtents other) =>
        ReferenceEquals(_disk, other._disk) && _next == other._next && _end == other._end && Current == other.Current;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is DiskExtents other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_next, _end);

    /// <summary>Whether two walks stand at the same place of the same stretch.</summary>
    public static bool operator ==(DiskExtents left, DiskExtents right) => left.Equals(right);

    /// <summary>Whether two walks differ in place or stretch.</summary>
    public static bool operator !=(DiskExtents left, DiskExtents right) => !left.Equals(right);

    private bool Advance()
    {
        if (_next >= _end)
        {
            return false;
        }

        _ahead = _disk.Resolve(_next, _end - _next);
        _next += _ahead.LengthBytes;
        return true;
    }
}
