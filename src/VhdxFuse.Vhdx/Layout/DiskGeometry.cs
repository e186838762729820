using System.Numerics;

namespace VhdxFuse.Vhdx.Layout;

/// <summary>The sizes of a disk and what follows from them. MS-VHDX 2.4 and 2.5 (R-BAT-1).</summary>
public sealed record DiskGeometry
{
    /// <summary>Sectors that one sector bitmap block covers.</summary>
    private const long SectorsPerChunk = 1L << 23;

    private readonly int _blockShift;

    internal DiskGeometry(
        long diskSizeBytes, int blockSizeBytes, int logicalSectorSizeBytes, int physicalSectorSizeBytes, bool hasParent)
    {
        DiskSizeBytes = diskSizeBytes;
        BlockSizeBytes = blockSizeBytes;
        LogicalSectorSizeBytes = logicalSectorSizeBytes;
        PhysicalSectorSizeBytes = physicalSectorSizeBytes;
        HasParent = hasParent;
        ChunkRatio = (int)(SectorsPerChunk * logicalSectorSizeBytes / blockSizeBytes);
        PayloadBlockCount = Units.DivideRoundUp(diskSizeBytes, blockSizeBytes);
        BitmapBlockCount = Units.DivideRoundUp(PayloadBlockCount, ChunkRatio);
        BatEntryCount = hasParent
            ? BitmapBlockCount * (ChunkRatio + 1)
            : PayloadBlockCount + ((PayloadBlockCount - 1) / ChunkRatio);
        _blockShift = BitOperations.Log2((uint)blockSizeBytes);
    }

    /// <summary>Size of the virtual disk; a multiple of the logical sector, not always of a block.</summary>
    public long DiskSizeBytes { get; }

    /// <summary>A power of two, 1 to 256 MiB.</summary>
    public int BlockSizeBytes { get; }

    /// <summary>512 or 4096.</summary>
    public int LogicalSectorSizeBytes { get; }

    /// <summary>512 or 4096; what the guest is told, no more.</summary>
    public int PhysicalSectorSizeBytes { get; }

    /// <summary>Whether absent blocks are the parent's.</summary>
    public bool HasParent { get; }

    /// <summary>Payload blocks for one sector bitmap block.</summary>
    public int ChunkRatio { get; }

    /// <summary>Payload blocks, the last one maybe partial.</summary>
    public long PayloadBlockCount { get; }

    /// <summary>Sector bitmap blocks that the disk can have.</summary>
    public long BitmapBlockCount { get; }

    /// <summary>Entries that the block allocation table must have room for (R-BAT-2).</summary>
    public long BatEntryCount { get; }

    /// <summary>Bytes of a bitmap block that belong to one payload block; never shared with another
    /// (R-SBM-2).</summary>
    internal int BitmapBytesPerBlock => Units.MiB / ChunkRatio;

    /// <summary>The same but for the size of the disk.</summary>
    internal DiskGeometry Resized(long diskSizeBytes) => new(
        diskSizeBytes, BlockSizeBytes, LogicalSectorSizeBytes, PhysicalSectorSizeBytes, HasParent);

    internal BlockIndex BlockAt(long diskOffset) => new(diskOffset >> _blockShift);

    internal long StartOf(BlockIndex block) => block.Value << _blockShift;

    /// <summary>How much of a block lies below the end of the disk (R-RD-5).</summary>
    internal long VisibleBytesOf(BlockIndex block) => long.Min(BlockSizeBytes, DiskSizeBytes - StartOf(block));

    /// <summary>One bitmap entry follows every ChunkRatio payload entries, in every kind of file (R-BAT-1).</summary>
    internal BatIndex BatIndexOf(BlockIndex block) => new(block.Value + (block.Value / ChunkRatio));

    /// <summary>The entry of the bitmap block that covers a payload block.</summary>
    internal BatIndex BitmapBatIndexOf(BlockIndex block) =>
        new((block.Value / ChunkRatio * (ChunkRatio + 1)) + ChunkRatio);

    /// <summary>The payload block of an entry; of a bitmap entry, the block behind it.</summary>
    internal BlockIndex BlockAtOrAfter(BatIndex index) => new(index.Value - (index.Value / (ChunkRatio + 1)));

    /// <summary>Whether an entry is the bitmap slot behind a chunk.</summary>
    internal bool IsSectorBitmap(BatIndex index) => index.Value % (ChunkRatio + 1) == ChunkRatio;

    /// <summary>Which chunk a payload block belongs to, from 0.</summary>
    internal long ChunkOf(BlockIndex block) => block.Value / ChunkRatio;

    /// <summary>The first payload block of the chunk that a bitmap entry is for.</summary>
    internal BlockIndex FirstBlockBefore(BatIndex bitmapIndex) =>
        new(bitmapIndex.Value / (ChunkRatio + 1) * ChunkRatio);
}
