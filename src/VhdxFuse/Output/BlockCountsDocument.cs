namespace VhdxFuse.Output;

/// <summary>What the block allocation table of a checked image came to.</summary>
internal sealed record BlockCountsDocument(
    long FullyPresent,
    long PartiallyPresent,
    long SectorBitmaps,
    long Anchors,
    long UnusedInsideBytes,
    long UnusedTailBytes);
