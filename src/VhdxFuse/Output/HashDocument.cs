namespace VhdxFuse.Output;

/// <summary>What <c>hash --json</c> says.</summary>
internal sealed record HashDocument
{
    /// <summary>Grows when a field changes its meaning or goes.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>As it was named.</summary>
    public required string Image { get; init; }

    /// <summary>Of the image file; null when it wasn't asked for.</summary>
    public HashResult? File { get; init; }

    /// <summary>Of the disk in it; null when it wasn't asked for.</summary>
    public HashResult? Disk { get; init; }

    /// <summary>True when every hash that was expected is among these; null when none was.</summary>
    public bool? Matches { get; init; }
}
