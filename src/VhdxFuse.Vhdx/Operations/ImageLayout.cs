using System;
using System.Numerics;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>Where the structures of a new image lie, as Windows lays them out: log, metadata, BAT, blocks.</summary>
internal sealed record ImageLayout(DiskGeometry Geometry, DiskType Type)
{
    public const int LogBytes = Units.MiB;
    public const int MetadataBytes = Units.MiB;

    public static readonly FileOffset Log = new(Units.MiB);
    public static readonly FileOffset Metadata = new(2 * Units.MiB);
    private static readonly FileOffset BehindMetadata = new(3 * Units.MiB);

    private const int DefaultBlockBytes = 32 * Units.MiB;

    public long BatBytes { get; } = Units.RoundUp(Geometry.BatEntryCount * BatEntry.SizeBytes, Units.MiB);

    /// <summary>Where the block allocation table starts.</summary>
    public FileOffset Bat { get; private init; } = BehindMetadata;

    /// <summary>Where payload blocks start.</summary>
    public FileOffset Blocks { get; private init; }

    /// <summary>Of a disk whose size isn't known yet: the blocks start where else the table does, and the sizes are
    /// those of a disk of one sector.</summary>
    /// <exception cref="ArgumentException">The options don't make a legal image.</exception>
    public static ImageLayout OpenEnded(CreateOptions options) =>
        Of(options with { DiskSizeBytes = options.LogicalSectorSizeBytes }) with { Blocks = BehindMetadata };

    /// <summary>The same once the size is known: the table goes behind the blocks.</summary>
    /// <exception cref="ArgumentException">No disk can have that size.</exception>
    public ImageLayout EndedBy(CreateOptions options, long contentBytes, FileOffset dynamicEnd)
    {
        long size = Units.RoundUp(contentBytes, Geometry.LogicalSectorSizeBytes);
        ImageLayout whole = Of(options with { DiskSizeBytes = size });
        long allBlocks = whole.Geometry.PayloadBlockCount * Geometry.BlockSizeBytes;
        return whole with { Blocks = Blocks, Bat = Type == DiskType.Fixed ? Blocks + allBlocks : dynamicEnd };
    }

    /// <exception cref="ArgumentException">The options don't make a legal image.</exception>
    public static ImageLayout Of(CreateOptions options)
    {
        DiskGeometry? parent = options.Parent?.Image.Geometry;
        bool isChild = parent is not null || options.Replaced?.ParentLocator is not null;
        if (isChild != (options.Type == DiskType.Differencing))
        {
            throw new ArgumentException("a differencing image, and no other, has a parent", nameof(options));
        }

        int logical = parent?.LogicalSectorSizeBytes ?? options.LogicalSectorSizeBytes;
        int physical = parent?.PhysicalSectorSizeBytes ?? options.PhysicalSectorSizeBytes;
        int block = options.BlockSizeBytes != 0 ? options.BlockSizeBytes : parent?.BlockSizeBytes ?? DefaultBlockBytes;
        long size = options.DiskSizeBytes != 0 ? options.DiskSizeBytes : parent?.DiskSizeBytes ?? 0;
        if (logical is not (512 or 4096) || physical is not (512 or 4096))
        {
            throw new ArgumentException("sectors have 512 or 4096 bytes", nameof(options));
        }

        if (!BitOperations.IsPow2(block) || block is < Units.MiB or > 256 * Units.MiB)
        {
            throw new ArgumentException("the block size is a power of two from 1 to 256 MiB", nameof(options));
        }

        return size > 0 && size <= Units.MaxDiskSizeBytes && size % logical == 0
            ? WithTableFirst(new DiskGeometry(size, block, logical, physical, isChild), options.Type)
            : throw new ArgumentException(
                $"the disk size is a multiple of {logical} up to 64 TiB, not 0", nameof(options));
    }

    private static ImageLayout WithTableFirst(DiskGeometry geometry, DiskType type)
    {
        var layout = new ImageLayout(geometry, type);
        return layout with { Blocks = layout.Bat + layout.BatBytes };
    }
}
