using System.Collections.Generic;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>What a repair came to.</summary>
public sealed record RepairReport
{
    /// <summary>Bytes of the disk that could not be read, and are zeros now.</summary>
    public long UnreadableBytes { get; init; }

    /// <summary>Where they lie, by place; neighbours are one. At most <see cref="ImageRepair.MaxRanges"/>.</summary>
    public IReadOnlyList<UnreadableRange> Unreadable { get; init; } = [];

    /// <summary>Stretches that the list has no room for.</summary>
    public long FurtherRangeCount { get; init; }
}
