using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support;

/// <summary>
/// Builds any image, legal or hostile, field by field from the format's own rules, and the disk that it shows. Without
/// a setting it is a dynamic image, empty and clean, laid out as Windows does: log, metadata and BAT at 1, 2 and 3 MiB.
/// </summary>
/// <remarks>
/// The properties keep to legal geometry; a hostile size goes into the item's content:
/// <c>draft.Item(MetadataItemIds.VirtualDiskSize).Content = …</c>. See PayloadBlock for the BAT, LogBuilder for the
/// log.
/// </remarks>
public sealed class ImageDraft
{
    /// <summary>The DataWriteGuid unless a test says another: the DW of the format's test vectors.</summary>
    public static readonly Guid DefaultDataWriteGuid = new("fedcba98-7654-4321-8fed-cba987654321");

    public static readonly Guid DefaultFileWriteGuid = new("01234567-89ab-4cde-8f01-23456789abcd");

    private readonly List<MetadataItemSettings> _items =
    [
        new(MetadataItemIds.FileParameters, 4),
        new(MetadataItemIds.VirtualDiskSize, 6),
        new(MetadataItemIds.LogicalSectorSize, 6),
        new(MetadataItemIds.PhysicalSectorSize, 6),
        new(MetadataItemIds.VirtualDiskId, 6),
        new(MetadataItemIds.ParentLocator, 4),
    ];

    public ImageDraft() => Regions = [Metadata, Bat];

    public string Path { get; set; } = "/memory/image.vhdx";

    public string Creator { get; set; } = "vhdxfuse tests";

    public ImageKind Kind { get; set; }

    public long DiskSizeBytes { get; set; } = 16 * Units.MiB;

    public int BlockSizeBytes { get; set; } = 2 * Units.MiB;

    public int LogicalSectorSizeBytes { get; set; } = 512;

    public int PhysicalSectorSizeBytes { get; set; } = 4096;

    public Guid VirtualDiskId { get; set; } = new("00112233-4455-4677-8899-aabbccddeeff");

    public Guid FileWriteGuid { get; set; } = DefaultFileWriteGuid;

    public Guid DataWriteGuid { get; set; } = DefaultDataWriteGuid;

    public HeaderSettings Header1 { get; } = new() { SequenceNumber = 1 };

    /// <summary>The current one by default.</summary>
    public HeaderSettings Header2 { get; } = new() { SequenceNumber = 2 };

    public long LogOffset { get; set; } = Units.MiB;

    public long LogLengthBytes { get; set; } = Units.MiB;

    public LogBuilder Log { get; } = new();

    public RegionTableSettings RegionTable1 { get; } = new();

    public RegionTableSettings RegionTable2 { get; } = new();

    public RegionSettings Metadata { get; } =
        new(RegionIds.Metadata) { FileOffset = 2 * Units.MiB, LengthBytes = Units.MiB };

    public RegionSettings Bat { get; } = new(RegionIds.Bat) { FileOffset = 3 * Units.MiB };

    /// <summary>What the tables list, in their order. Add, remove and reorder at will.</summary>
    public IList<RegionSettings> Regions { get; }

    /// <summary>The metadata items in the order of their table. The parent locator counts only in a child, or with
    /// content of its own. Add, remove and reorder at will.</summary>
    public IList<MetadataItemSettings> Items => _items;

    /// <summary>What the metadata table says. Null: as many as there are.</summary>
    public ushort? MetadataEntryCount { get; set; }

    /// <summary>Changes the finished 64 KiB of the metadata table, which has no checksum.</summary>
    public Action<byte[]>? MetadataTableChange { get; set; }

    /// <summary>The parent locator of a child: keys and values in their order.</summary>
    public IList<(string Key, string Value)> ParentLocator { get; } = [];

    /// <summary>The payload blocks that aren't state 0 (in a fixed image: present and zero).</summary>
    public IDictionary<long, PayloadBlock> Blocks { get; } = new SortedDictionary<long, PayloadBlock>();

    /// <summary>The sector bitmap blocks, by chunk, that aren't as their payload blocks need them.</summary>
    public IDictionary<long, BitmapBlock> Bitmaps { get; } = new SortedDictionary<long, BitmapBlock>();

    /// <summary>Null: the end of all structures, rounded up to 1 MiB.</summary>
    public long? FileLengthBytes { get; set; }

    public ReferenceGeometry Geometry => new(DiskSizeBytes, BlockSizeBytes, LogicalSectorSizeBytes);

    public bool HasParent => Kind == ImageKind.Differencing;

    /// <summary>How long the BAT region is.</summary>
    public long BatLengthBytes => Bat.LengthBytes
        ?? Units.RoundUp(Geometry.EntryCount(HasParent) * BatEntry.SizeBytes, Units.MiB);

    /// <summary>Where blocks without a place of their own start: behind everything else.</summary>
    public long FirstFreeOffset => Units.RoundUp(
        Regions.Where(r => r != Bat).Select(r => r.FileOffset + (r.LengthBytes ?? 0))
            .Append(Bat.FileOffset + BatLengthBytes)
            .Append(LogOffset + LogLengthBytes)
            .Max(),
        Units.MiB);

    /// <summary>A child of this image in the same folder: same disk, other FileWriteGuid, no blocks.</summary>
    public ImageDraft NewChild(string path) => new()
    {
        Path = path,
        Kind = ImageKind.Differencing,
        DiskSizeBytes = DiskSizeBytes,
        BlockSizeBytes = BlockSizeBytes,
        LogicalSectorSizeBytes = LogicalSectorSizeBytes,
        PhysicalSectorSizeBytes = PhysicalSectorSizeBytes,
        VirtualDiskId = VirtualDiskId,
        FileWriteGuid = GuidFrom(path, 1),
        DataWriteGuid = GuidFrom(path, 2),
        ParentLocator =
        {
            ("parent_linkage", DataWriteGuid.ToString("B")),
            ("relative_path", ".\\" + Path[(Path.LastIndexOf('/') + 1)..]),
        },
    };

    /// <summary>The first item with this id, to be bent.</summary>
    public MetadataItemSettings Item(Guid id) => _items.First(item => item.Id == id);

    /// <summary>The file offset of a payload block's BAT entry.</summary>
    public FileOffset PayloadEntryAt(long block) =>
        new(Bat.FileOffset + (Geometry.PayloadIndex(block) * BatEntry.SizeBytes));

    /// <summary>The file offset of a sector bitmap block's BAT entry.</summary>
    public FileOffset BitmapEntryAt(long chunk) =>
        new(Bat.FileOffset + (Geometry.BitmapIndex(chunk) * BatEntry.SizeBytes));

    /// <summary>Builds the image in memory.</summary>
    public MemoryImageFile Build()
    {
        MemoryImageFile file = new(Path);
        BuildOnto(file);
        return file;
    }

    /// <summary>Builds the image onto an empty file.</summary>
    public void BuildOnto(IImageFile file) => new ImageDraftWriter(this, file).Write();

    /// <summary>The disk that the image shows: over the parent's, if it is a child. The log doesn't count.</summary>
    public ReferenceDisk ExpectedDisk(ReferenceDisk? parent = null) => DiskModel.Of(this, parent);

    /// <summary>All payload blocks that have a BAT entry of their own.</summary>
    internal IEnumerable<KeyValuePair<long, PayloadBlock>> AllBlocks()
    {
        if (Kind != ImageKind.Fixed)
        {
            return Blocks;
        }

        var zeros = PayloadBlock.Present(BlockContent.Zeros);
        SortedDictionary<long, PayloadBlock> all = new(Blocks);
        for (long block = 0; block < Geometry.PayloadCount; block++)
        {
            all.TryAdd(block, zeros);
        }

        return all;
    }

    // The same in each run, different for different paths.
    private static Guid GuidFrom(string path, byte kind)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in path)
        {
            hash = unchecked((hash ^ c) * 1099511628211);
        }

        return new((uint)hash, (ushort)(hash >> 32), (ushort)(0x4000 | kind), 0x80, 0, 0, 0, 0, 0, 0, kind);
    }
}
