namespace VhdxFuse.Support;

/// <summary>Where BAT entries lie, straight from the formulas of MS-VHDX 2.4 and 2.5: the oracle for the engine's own.
/// </summary>
/// <param name="DiskSizeBytes">More than 0.</param>
/// <param name="BlockSizeBytes">A legal one.</param>
/// <param name="LogicalSectorSizeBytes">512 or 4096.</param>
public readonly record struct ReferenceGeometry(long DiskSizeBytes, long BlockSizeBytes, int LogicalSectorSizeBytes)
{
    /// <summary>How many sectors one sector bitmap block describes.</summary>
    public const int SectorsPerChunk = 1 << 23;

    public long ChunkRatio => (long)SectorsPerChunk * LogicalSectorSizeBytes / BlockSizeBytes;

    public long PayloadCount => ((DiskSizeBytes - 1) / BlockSizeBytes) + 1;

    public long BitmapCount => ((PayloadCount - 1) / ChunkRatio) + 1;

    public int SectorsPerBlock => (int)(BlockSizeBytes / LogicalSectorSizeBytes);

    public long EntryCount(bool hasParent) =>
        hasParent ? BitmapCount * (ChunkRatio + 1) : PayloadCount + ((PayloadCount - 1) / ChunkRatio);

    public long PayloadIndex(long block) => block + (block / ChunkRatio);

    public long BitmapIndex(long chunk) => (chunk * (ChunkRatio + 1)) + ChunkRatio;
}
