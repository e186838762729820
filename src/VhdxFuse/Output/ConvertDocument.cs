namespace VhdxFuse.Output;

/// <summary>What <c>convert --json</c> says. Sizes in bytes.</summary>
internal sealed record ConvertDocument
{
    public int Schema { get; init; } = 1;

    public required string Input { get; init; }

    /// <summary>raw or vhdx.</summary>
    public required string InputFormat { get; init; }

    public required string Output { get; init; }

    /// <summary>raw, dynamic or fixed.</summary>
    public required string Type { get; init; }

    public required long VirtualSize { get; init; }

    /// <summary>Zeros added behind a raw disk that was no whole number of sectors.</summary>
    public required long PaddedBytes { get; init; }

    /// <summary>Content written; what held only zeros was left out.</summary>
    public required long BytesWritten { get; init; }

    /// <summary>Null for a raw disk, like all that follows.</summary>
    public int? BlockSize { get; init; }

    public int? LogicalSectorSize { get; init; }

    /// <summary>Blocks that have space in the image.</summary>
    public long? Blocks { get; init; }

    public long? FileSize { get; init; }
}
