using System;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>What size a disk gets, and at what price.</summary>
public sealed record ResizeOptions
{
    /// <summary>The new size: a multiple of the logical sector, up to 64 TiB.</summary>
    public required long DiskSizeBytes { get; init; }

    /// <summary>Whether data behind a smaller end may be lost. Else only zeros may lie there.</summary>
    public bool DiscardsData { get; init; }

    /// <summary>Told between two steps how many bytes have been worked on of those that are cut off or added. What
    /// it throws ends the work there: the disk is as it was.</summary>
    public Action<long> Report { get; init; } = static _ => { };
}
