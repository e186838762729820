using System;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Output;

/// <summary>
/// A disk cut into equal parts, and how much of each is stored in which way: the ground of every picture of it. Made in
/// one walk over the map, whose time hangs on the pieces of the disk and not on its size.
/// </summary>
internal sealed class DiskBins
{
    private readonly long[] _bytes; // by bin, then by column
    private readonly int _columns;

    private DiskBins(long lengthBytes, int count, int layerCount)
    {
        LengthBytes = lengthBytes;
        Count = (int)long.Min(count, lengthBytes);
        LayerCount = layerCount;
        _columns = layerCount + (int)DiskExtentKind.Unreadable;
        _bytes = new long[Count * _columns];
    }

    /// <summary>Of the disk.</summary>
    public long LengthBytes { get; }

    /// <summary>At most as many as were asked for: each holds a byte at least.</summary>
    public int Count { get; }

    public int LayerCount { get; }

    /// <summary>Walks the map of a disk.</summary>
    /// <param name="disk">Its parts are told from each other by the layer that stores them.</param>
    /// <param name="layerCount">How many layers it has.</param>
    /// <param name="count">How many parts.</param>
    /// <exception cref="VhdxException">Io: the map can't be read.</exception>
    public static DiskBins Of(VirtualDisk disk, int layerCount, int count)
    {
        var bins = new DiskBins(disk.LengthBytes, count, layerCount);
        foreach (DiskExtent extent in disk.Extents(0, disk.LengthBytes))
        {
            bins.Add(extent);
        }

        return bins;
    }

    /// <summary>Where a bin starts; that of <see cref="Count"/> is the end of the disk.</summary>
    public long StartOf(int bin) => (long)((((Int128)bin * LengthBytes) + Count - 1) / Count);

    /// <summary>Bytes of a bin that a layer stores.</summary>
    public long DataIn(int bin, int layer) => _bytes[(bin * _columns) + layer];

    /// <summary>Bytes of a bin that all layers store.</summary>
    public long DataIn(int bin)
    {
        long data = 0;
        for (int layer = 0; layer < LayerCount; layer++)
        {
            data += DataIn(bin, layer);
        }

        return data;
    }

    /// <summary>The layer that stores most of a bin, of equals the newer.</summary>
    public int MainLayerOf(int bin)
    {
        int main = 0;
        for (int layer = 1; layer < LayerCount; layer++)
        {
            main = DataIn(bin, layer) >= DataIn(bin, main) ? layer : main;
        }

        return main;
    }

    /// <summary>Bytes of a bin of a kind; for data of all layers.</summary>
    public long In(int bin, DiskExtentKind kind) => kind == DiskExtentKind.Data
        ? DataIn(bin)
        : _bytes[(bin * _columns) + ColumnOf(kind, 0)];

    /// <summary>The most telling of what a bin holds.</summary>
    public DiskExtentKind MainKindOf(int bin) =>
        In(bin, DiskExtentKind.Unreadable) > 0 ? DiskExtentKind.Unreadable
        : DataIn(bin) > 0 ? DiskExtentKind.Data
        : In(bin, DiskExtentKind.Zero) > 0 ? DiskExtentKind.Zero
        : DiskExtentKind.Absent;

    private void Add(in DiskExtent extent)
    {
        int column = ColumnOf(extent.Kind, extent.Layer);
        long end = extent.DiskOffset + extent.LengthBytes;
        int bin = (int)((Int128)extent.DiskOffset * Count / LengthBytes);
        for (long offset = extent.DiskOffset; offset < end; bin++)
        {
            long next = long.Min(end, StartOf(bin + 1));
            _bytes[(bin * _columns) + column] += next - offset;
            offset = next;
        }
    }

    private int ColumnOf(DiskExtentKind kind, int layer) =>
        kind == DiskExtentKind.Data ? layer : LayerCount + (int)kind - 1;
}
