using System;

namespace VhdxFuse.Support;

/// <summary>One region: where it is, and what the tables say about it, which by default is the truth.</summary>
public sealed class RegionSettings(Guid id)
{
    public Guid Id { get; set; } = id;

    /// <summary>Where the builder puts the region's content.</summary>
    public long FileOffset { get; set; }

    /// <summary>Null, for the BAT: as long as it has to be, rounded up to 1 MiB.</summary>
    public long? LengthBytes { get; set; }

    /// <summary>1: required.</summary>
    public uint Flags { get; set; } = 1;

    /// <summary>What the tables say instead of <see cref="FileOffset"/>.</summary>
    public ulong? ListedFileOffset { get; set; }

    /// <summary>What the tables say instead of <see cref="LengthBytes"/>.</summary>
    public uint? ListedLengthBytes { get; set; }
}
