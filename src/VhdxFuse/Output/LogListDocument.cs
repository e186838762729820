using System.Collections.Generic;

namespace VhdxFuse.Output;

/// <summary>What <c>log --json</c> says.</summary>
internal sealed record LogListDocument
{
    public int Schema { get; init; } = 1;

    public required string Image { get; init; }

    public required long Offset { get; init; }

    public required long Length { get; init; }

    public string? LogGuid { get; init; }

    public required string Outcome { get; init; }

    /// <summary>By position; stale ones too.</summary>
    public required IReadOnlyList<LogEntryDocument> Entries { get; init; }
}
