using System;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Vhdx;

/// <summary>The disk that a chain of images makes. MS-VHDX 2.5.</summary>
/// <remarks>Any number of threads may read and write at once. Reads take no lock, wait for no flush, and allocate
/// nothing; neither do writes of sectors that the newest layer holds.</remarks>
public sealed class VirtualDisk
{
    /// <summary>Pieces that one question about the map looks at: some seconds at worst.</summary>
    private const int MaxSteps = 1 << 20;

    private readonly BlockMap[] _maps; // the base first
    private readonly BlockWriter? _writer; // of the newest layer
    private readonly ReadDisk _readDisk; // made once
    private readonly VhdxException? _noParent; // why what the base leaves to its parent can't be read

    internal VirtualDisk(ReadOnlySpan<VhdxImage> layers)
    {
        _maps = new BlockMap[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            _maps[i] = layers[i].Map;
        }

        _noParent = layers[0].ParentDefect;
        _writer = layers[^1].Writer;
        _readDisk = ReadExtents;
    }

    /// <summary>Size of the disk.</summary>
    public long LengthBytes => Top.Geometry.DiskSizeBytes;

    /// <summary>512 or 4096.</summary>
    public int LogicalSectorSizeBytes => Top.Geometry.LogicalSectorSizeBytes;

    private BlockMap Top => _maps[^1];

    private BlockWriter Writer =>
        _writer ?? throw new InvalidOperationException("the disk is open for reading only");

    private void RequireInside(long offset, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, LengthBytes - lengthBytes);
    }

    /// <summary>Reads from the disk.</summary>
    /// <param name="offset">In bytes, any alignment; offset + length within <see cref="LengthBytes"/>.</param>
    /// <param name="target">Filled whole, or its content is undefined after an exception; not kept.</param>
    /// <exception cref="VhdxException">Corrupt, Truncated: an entry of the block allocation table can't be used.
    /// Io: a file below failed.</exception>
    public void Read(long offset, Span<byte> target)
    {
        RequireInside(offset, target.Length);
        int entered = _writer?.InFlight.Enter() ?? 0; // so that nobody gets the space read here while it is read
        try
        {
            ReadExtents(offset, target);
        }
        finally
        {
            _writer?.InFlight.Exit(entered);
        }
    }

    /// <summary>Reads from the disk if the host has the payload in memory. Pages of the map may be read from its
    /// disk.</summary>
    /// <param name="offset">In bytes, any alignment; offset + length within <see cref="LengthBytes"/>.</param>
    /// <param name="target">Filled whole, or its content is undefined; not kept.</param>
    /// <returns>False when <see cref="Read"/> is the way, also to learn what is wrong.</returns>
    /// <exception cref="VhdxException">Io: a page of the map can't be read.</exception>
    public bool TryReadCached(long offset, Span<byte> target)
    {
        RequireInside(offset, target.Length);
        int entered = _writer?.InFlight.Enter() ?? 0;
        try
        {
            return TryReadCachedExtents(offset, target);
        }
        finally
        {
            _writer?.InFlight.Exit(entered);
        }
    }

    private bool TryReadCachedExtents(long offset, Span<byte> target)
    {
        foreach (DiskExtent extent in Extents(offset, target.Length))
        {
            Span<byte> part = target.Slice((int)(extent.DiskOffset - offset), (int)extent.LengthBytes);
            if (extent.Kind is DiskExtentKind.Zero or DiskExtentKind.Absent)
            {
                part.Clear();
            }
            else if (extent.Kind != DiskExtentKind.Data
                || !_maps[extent.Layer].File.TryReadCached(extent.FileOffset, part))
            {
                return false;
            }
        }

        return true;
    }

    private void ReadExtents(long offset, Span<byte> target)
    {
        foreach (DiskExtent extent in Extents(offset, target.Length))
        {
            Span<byte> part = target.Slice((int)(extent.DiskOffset - offset), (int)extent.LengthBytes);
            switch (extent.Kind)
            {
                case DiskExtentKind.Data:
                    _maps[extent.Layer].File.ReadExactly(extent.FileOffset, part);
                    break;
                case DiskExtentKind.Unreadable:
                    throw extent.Defect!;
                default:
                    part.Clear();
                    break;
            }
        }
    }

    /// <summary>Where a stretch of the disk lies in memory, in one piece, for the kernel alone to read: touching it
    /// here ends the process if the image is cut off meanwhile.</summary>
    /// <param name="offset">In bytes, any alignment; offset + length within <see cref="LengthBytes"/>.</param>
    /// <param name="lengthBytes">At least 1.</param>
    /// <returns>Valid until the chain is disposed; 0 when <see cref="Read"/> is the way: for zeros, for stretches in
    /// several pieces, for disks open for writing, and where it would be no faster.</returns>
    /// <exception cref="VhdxException">Io: a page of the map can't be read.</exception>
    public nint Locate(long offset, int lengthBytes)
    {
        RequireInside(offset, lengthBytes);
        ArgumentOutOfRangeException.ThrowIfZero(lengthBytes);
        if (_writer is not null)
        {
            return 0; // space read here could be given to another block before the kernel has copied
        }

        DiskExtents extents = Extents(offset, lengthBytes);
        extents.MoveNext();
        DiskExtent first = extents.Current;
        return first.Kind == DiskExtentKind.Data && first.LengthBytes == lengthBytes
            ? _maps[first.Layer].File.Locate(first.FileOffset, lengthBytes)
            : 0;
    }

    /// <summary>Whether <see cref="Write"/> and the calls below it may be used.</summary>
    public bool IsWritable => _writer is not null;

    /// <summary>Writes to the disk. Durable only when a <see cref="Flush"/> that began afterwards has
    /// returned.</summary>
    /// <param name="offset">In bytes, any alignment; offset + length within <see cref="LengthBytes"/>.</param>
    /// <param name="source">Not kept.</param>
    /// <exception cref="VhdxException">NoSpace: the file can't grow; each sector is old or new, nothing else is
    /// changed. Io: the file below failed, now or in an earlier flush.</exception>
    /// <remarks>May run on many threads, also beside reads and flushes.</remarks>
    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        RequireInside(offset, source.Length);
        BlockWriter writer = Writer;
        int entered = writer.InFlight.Enter();
        try
        {
            writer.Write(offset, source, _readDisk);
        }
        finally
        {
            writer.InFlight.Exit(entered);
        }
    }

    /// <summary>Makes a stretch of the disk read as zeros; blocks that it covers whole give their space back.</summary>
    /// <param name="offset">In bytes, any alignment; offset + length within <see cref="LengthBytes"/>.</param>
    /// <param name="lengthBytes">Not negative.</param>
    /// <exception cref="VhdxException">As for <see cref="Write"/>.</exception>
    public void WriteZeros(long offset, long lengthBytes)
    {
        RequireInside(offset, lengthBytes);
        BlockWriter writer = Writer;
        int entered = writer.InFlight.Enter();
        try
        {
            writer.WriteZeros(offset, lengthBytes, _readDisk);
        }
        finally
        {
            writer.InFlight.Exit(entered);
        }
    }

    /// <summary>Makes every write that has completed durable.</summary>
    /// <exception cref="VhdxException">Io: the file below failed, now or earlier: nothing can be made durable any more,
    /// reads go on, and the next open replays what had become durable.</exception>
    public void Flush() => Writer.Flush();

    /// <summary>A flush that also brings the metadata home and gives freed space back; for idle times.</summary>
    /// <exception cref="VhdxException">As for <see cref="Flush"/>.</exception>
    public void Checkpoint() => Writer.Checkpoint();

    /// <summary>How a stretch of the disk is stored.</summary>
    /// <param name="offset">In bytes, any alignment; offset + length within <see cref="LengthBytes"/>.</param>
    /// <param name="lengthBytes">Not negative.</param>
    public DiskExtents Extents(long offset, long lengthBytes)
    {
        RequireInside(offset, lengthBytes);
        return new DiskExtents(this, offset, lengthBytes);
    }

    /// <summary>Where the next byte lies that isn't known to be zero.</summary>
    /// <param name="offset">Within the disk.</param>
    /// <returns>At least <paramref name="offset"/>; null when only zeros follow. What is unreadable counts as
    /// data.</returns>
    public long? NextData(long offset)
    {
        long found = FirstAt(offset, data: true);
        return found < LengthBytes ? found : null;
    }

    /// <summary>Where the next byte lies that is known to be zero.</summary>
    /// <param name="offset">Within the disk.</param>
    /// <returns>At least <paramref name="offset"/>; the end of the disk counts as a hole.</returns>
    public long NextHole(long offset) => FirstAt(offset, data: false);

    /// <summary>Bytes of the disk that are stored in some layer. Walks the whole map; holes of its file cost
    /// nothing, and written zeros little.</summary>
    /// <param name="maxPieces">How many to look at; a hostile image can make 2^37.</param>
    /// <returns>Null when the disk is cut into more pieces.</returns>
    public long? MeasureAllocatedBytes(int maxPieces = MaxSteps)
    {
        long allocated = 0;
        int steps = 0;
        for (long offset = 0; offset < LengthBytes;)
        {
            if (++steps > maxPieces)
            {
                return null;
            }

            DiskExtent extent = Resolve(offset, LengthBytes - offset);
            allocated += IsStored(extent) ? extent.LengthBytes : 0;
            offset = extent.End;
        }

        return allocated;
    }

    /// <summary>Goes down the layers until one says how the bytes are stored (R-RD-6).</summary>
    internal DiskExtent Resolve(long offset, long maxBytes)
    {
        for (int layer = _maps.Length - 1; ; layer--)
        {
            BlockMap map = _maps[layer];
            long inLayer = map.Geometry.DiskSizeBytes - offset;
            if (inLayer <= 0)
            {
                // R-RD-4: behind the end of a parent that is shorter than its child, zeros.
                return new DiskExtent(offset, maxBytes, DiskExtentKind.Absent, layer, default, null);
            }

            Extent extent = map.Resolve(offset, long.Min(maxBytes, inLayer));
            if (extent.Kind == ExtentKind.Absent && layer == 0 && _noParent is not null)
            {
                extent = new Extent(ExtentKind.Unreadable, extent.LengthBytes, Defect: _noParent);
            }

            if (extent.Kind != ExtentKind.Absent || layer == 0)
            {
                return new DiskExtent(offset, extent.LengthBytes, KindOf(extent.Kind), layer, extent.At, extent.Defect);
            }

            maxBytes = extent.LengthBytes;
        }
    }

    // Not by the walk over merged extents: a run of terabytes isn't followed to its end to learn where it starts.
    private long FirstAt(long offset, bool data)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        for (int steps = 0; offset < LengthBytes; steps++)
        {
            // Whoever looks for data may be told that here is some, and who looks for a hole that none is left.
            if (steps == MaxSteps)
            {
                return data ? offset : LengthBytes;
            }

            DiskExtent extent = Resolve(offset, LengthBytes - offset);
            if (IsStored(extent) == data)
            {
                break;
            }

            offset = extent.End;
        }

        return long.Min(offset, LengthBytes);
    }

    // What is unreadable counts: a copy must meet the error, not skip it.
    private static bool IsStored(in DiskExtent extent) =>
        extent.Kind is DiskExtentKind.Data or DiskExtentKind.Unreadable;

    private static DiskExtentKind KindOf(ExtentKind kind) => kind switch
    {
        ExtentKind.Data => DiskExtentKind.Data,
        ExtentKind.Zero => DiskExtentKind.Zero,
        ExtentKind.Absent => DiskExtentKind.Absent,
        _ => DiskExtentKind.Unreadable,
    };
}
