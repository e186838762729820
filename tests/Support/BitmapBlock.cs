namespace VhdxFuse.Support;

/// <summary>One sector bitmap block as a test wants it. Without one, a chunk has a bitmap block exactly when one of its
/// payload blocks is partially present.</summary>
public sealed record BitmapBlock
{
    /// <summary>The whole BAT entry; nothing is then written to where it points. Null: present (6) at
    /// <see cref="FileOffsetMiB"/>.</summary>
    public ulong? RawEntry { get; init; }

    /// <summary>Null: the next free space.</summary>
    public ulong? FileOffsetMiB { get; init; }

    /// <summary>What bits hold that belong to no block with set bits: stale ones.</summary>
    public byte Background { get; init; }
}
