namespace VhdxFuse.Vhdx.Operations;

/// <summary>What compacting an image gained.</summary>
public sealed record CompactReport
{
    /// <summary>Length of the file before.</summary>
    public required long LengthBeforeBytes { get; init; }

    /// <summary>Length of the file now; of a rehearsal, what it would be.</summary>
    public required long LengthAfterBytes { get; init; }

    /// <summary>Payload blocks that held only zeros and gave their space up.</summary>
    public required long ZeroBlockCount { get; init; }

    /// <summary>Places given up that were kept for blocks trimmed earlier.</summary>
    public required long AnchorCount { get; init; }

    /// <summary>Sector bitmap blocks given up that no block needed any more.</summary>
    public required long SectorBitmapCount { get; init; }

    /// <summary>Blocks that were moved to a lower place.</summary>
    public required long MovedCount { get; init; }

    /// <summary>Their length.</summary>
    public required long MovedBytes { get; init; }
}
