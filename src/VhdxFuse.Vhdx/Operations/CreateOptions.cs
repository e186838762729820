namespace VhdxFuse.Vhdx.Operations;

/// <summary>What kind of image is made.</summary>
public sealed record CreateOptions
{
    /// <summary>Size of the disk: a multiple of the logical sector, up to 64 TiB. Of a differencing image it may be
    /// left at 0: the parent's.</summary>
    public long DiskSizeBytes { get; init; }

    /// <summary>The kind; differencing when there is a <see cref="Parent"/>.</summary>
    public DiskType Type { get; init; } = DiskType.Dynamic;

    /// <summary>A power of two from 1 to 256 MiB; 0: 32 MiB, or the parent's.</summary>
    public int BlockSizeBytes { get; init; }

    /// <summary>512 or 4096; a differencing image has its parent's.</summary>
    public int LogicalSectorSizeBytes { get; init; } = 512;

    /// <summary>512 or 4096; a differencing image has its parent's.</summary>
    public int PhysicalSectorSizeBytes { get; init; } = 4096;

    /// <summary>The parent of a differencing image; else null.</summary>
    public ParentReference? Parent { get; init; }

    /// <summary>The image that the new one stands in for: it gets its VirtualDiskId and, of a child, its parent's
    /// names. The file identifier is left to <see cref="Creator.WriteIdentifier"/>, after the disk.</summary>
    internal VhdxImage? Replaced { get; private init; }

    /// <summary>For a new image of the kind and sizes of another, under the other's identities.</summary>
    internal static CreateOptions InPlaceOf(VhdxImage image) => new()
    {
        Type = image.Type,
        DiskSizeBytes = image.Geometry.DiskSizeBytes,
        BlockSizeBytes = image.Geometry.BlockSizeBytes,
        LogicalSectorSizeBytes = image.Geometry.LogicalSectorSizeBytes,
        PhysicalSectorSizeBytes = image.Geometry.PhysicalSectorSizeBytes,
        Replaced = image,
    };
}
