using System.Diagnostics.CodeAnalysis;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>One layer's answer to: where do these bytes of the disk live? MS-VHDX 2.5.1.1.</summary>
internal sealed class BlockMap
{
    /// <summary>Bits that one step looks at: a page. Else a long run in a child would be read again for each short
    /// one of its parent.</summary>
    private const int MaxSectorsAStep = 32768;

    private BlockAllocationTable _table;
    private SectorBitmap _bitmap;

    public BlockMap(IImageFile file, DiskGeometry geometry, RegionLayout layout)
    {
        File = file;
        Pages = new MetadataPages(file);
        Become(geometry, layout);
    }

    /// <summary>The pages of BAT and bitmaps, as readers see them.</summary>
    public MetadataPages Pages { get; }

    /// <summary>What payload is read from: the file, or the overlay with its log replayed.</summary>
    public IImageFile File { get; }

    public DiskGeometry Geometry { get; private set; }

    /// <summary>Where the table lies.</summary>
    public RegionLayout Layout { get; private set; }

    /// <summary>After the disk was given another size, and the table maybe another place. Nobody reads or writes
    /// meanwhile.</summary>
    [MemberNotNull(nameof(Geometry), nameof(Layout), nameof(_table), nameof(_bitmap))]
    public void Become(DiskGeometry geometry, RegionLayout layout)
    {
        Geometry = geometry;
        Layout = layout;
        _table = new BlockAllocationTable(Pages, geometry, layout);
        _bitmap = new SectorBitmap(Pages, geometry);
        Pages.Forget(); // a new table may lie where an old one did
    }

    /// <summary>How the bytes from an offset on are stored.</summary>
    /// <param name="diskOffset">Inside this layer's disk.</param>
    /// <param name="maxBytes">At least 1, not past the end of this layer's disk.</param>
    /// <returns>An extent of at most <paramref name="maxBytes"/>; what follows may be stored alike.</returns>
    public Extent Resolve(long diskOffset, long maxBytes)
    {
        BlockIndex block = Geometry.BlockAt(diskOffset);
        long inBlock = diskOffset - Geometry.StartOf(block);
        long blocks = Units.DivideRoundUp(inBlock + maxBytes, Geometry.BlockSizeBytes);
        BlockRun run = _table.RunAt(block, blocks);
        long length = long.Min(maxBytes, (run.Count * Geometry.BlockSizeBytes) - inBlock);
        if (run.Defect is { } defect)
        {
            return new Extent(ExtentKind.Unreadable, length, Defect: defect);
        }

        return run.State switch
        {
            PayloadBlockState.FullyPresent => new Extent(ExtentKind.Data, length, run.At + inBlock),
            PayloadBlockState.PartiallyPresent => ResolveSectors(block, run.At, (int)inBlock, (int)length),
            PayloadBlockState.NotPresent => new Extent(ExtentKind.Absent, length),

            // R-RD-1: undefined, zero and unmapped read as zeros, and never as the parent. A fixed image with no
            // addresses comes here too, or to the line above (T-5).
            _ => new Extent(ExtentKind.Zero, length),
        };
    }

    private Extent ResolveSectors(BlockIndex block, FileOffset payload, int inBlock, int length)
    {
        FileOffset bitmap = _table.BitmapOf(block, out VhdxException? defect);
        if (defect is not null)
        {
            return new Extent(ExtentKind.Unreadable, length, Defect: defect);
        }

        int sectorBytes = Geometry.LogicalSectorSizeBytes;
        int first = inBlock / sectorBytes;
        int inSector = inBlock % sectorBytes;
        int sectors = (inSector + length + sectorBytes - 1) / sectorBytes;
        (bool present, int count) = _bitmap.RunAt(bitmap, block, first, int.Min(sectors, MaxSectorsAStep));
        long alike = long.Min(length, ((long)count * sectorBytes) - inSector);
        return present
            ? new Extent(ExtentKind.Data, alike, payload + inBlock)
            : new Extent(ExtentKind.Absent, alike);
    }
}
