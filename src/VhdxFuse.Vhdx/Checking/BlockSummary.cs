namespace VhdxFuse.Vhdx.Checking;

/// <summary>What the block allocation table of a checked image came to.</summary>
public sealed record BlockSummary
{
    /// <summary>Payload blocks wholly in the file.</summary>
    public long FullyPresentCount { get; init; }

    /// <summary>Payload blocks of which sectors are in the file.</summary>
    public long PartiallyPresentCount { get; init; }

    /// <summary>Sector bitmap blocks.</summary>
    public long SectorBitmapCount { get; init; }

    /// <summary>Absent blocks that reserve a place in the file.</summary>
    public long AnchorCount { get; init; }

    /// <summary>Space before the end of the last structure that nothing names, in whole MiB: holes that a trim left, or
    /// blocks that were lost.</summary>
    public long UnusedInsideBytes { get; init; }

    /// <summary>What the file has behind its last structure.</summary>
    public long UnusedTailBytes { get; init; }
}
