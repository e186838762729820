namespace VhdxFuse.Fuse;

/// <summary>What <c>df</c> shows.</summary>
public readonly record struct FuseFileSystemStatistics
{
    /// <summary>The unit of the block counts in bytes; loop devices take their discard granularity from it.</summary>
    public uint BlockSizeBytes { get; init; }

    /// <summary>Blocks in all.</summary>
    public ulong TotalBlocks { get; init; }

    /// <summary>Blocks free.</summary>
    public ulong FreeBlocks { get; init; }

    /// <summary>Blocks free for ordinary users.</summary>
    public ulong AvailableBlocks { get; init; }

    /// <summary>Files in all.</summary>
    public ulong TotalFiles { get; init; }

    /// <summary>Files that could still be made.</summary>
    public ulong FreeFiles { get; init; }

    /// <summary>The longest file name in bytes.</summary>
    public uint NameMaxBytes { get; init; }
}
