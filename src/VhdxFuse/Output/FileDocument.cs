namespace VhdxFuse.Output;

/// <summary>What the file system said of an image file when it was opened. Times in UTC, with all their
/// digits.</summary>
internal sealed record FileDocument
{
    public required long Size { get; init; }

    public required string Modified { get; init; }

    public required string Changed { get; init; }

    public required string Accessed { get; init; }

    public string? Born { get; init; }

    /// <summary>As in st_mode.</summary>
    public required int Mode { get; init; }

    public required long UserId { get; init; }

    public required ulong Inode { get; init; }

    /// <summary>held, shared, sharedWithWriter or unsupported.</summary>
    public required string Lock { get; init; }
}
