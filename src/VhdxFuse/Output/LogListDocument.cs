using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx.Opening;

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

    public static LogListDocument Of(string path, LogInspection log) => new()
    {
        Image = path,
        Offset = log.Start.Value,
        Length = log.LengthBytes,
        LogGuid = log.LogGuid == Guid.Empty ? null : Documents.Text(log.LogGuid),
        Outcome = Documents.Name(log.Outcome),
        Entries = [.. log.Entries.Select(LogEntryDocument.Of)],
    };
}
