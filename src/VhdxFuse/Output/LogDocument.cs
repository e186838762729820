namespace VhdxFuse.Output;

/// <summary>What was found of an image's log.</summary>
internal sealed record LogDocument
{
    public required long Offset { get; init; }

    public required long Length { get; init; }

    /// <summary>Null when no log is pending.</summary>
    public string? LogGuid { get; init; }

    /// <summary>clean, nothingToReplay, replay, namedButEmpty or ignored.</summary>
    public required string Outcome { get; init; }

    public int EntriesReplayed { get; init; }

    public long PagesReplayed { get; init; }

    public long ZeroRangesReplayed { get; init; }
}
