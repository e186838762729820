using System;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>How an image is merged into its parent.</summary>
public sealed record MergeOptions
{
    /// <summary>Told between two steps how many bytes of the child's disk have been worked on. What it throws ends the
    /// work there: the child still shows its disk, and merging it again completes the work.</summary>
    public Action<long> Report { get; init; } = static _ => { };
}
