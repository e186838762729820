using System.Collections.Generic;

namespace VhdxFuse.Output;

/// <summary>What <c>log --entry --json</c> says.</summary>
internal sealed record LogContentDocument
{
    public int Schema { get; init; } = 1;

    public required string Image { get; init; }

    public required LogEntryDocument Entry { get; init; }

    /// <summary>In the order of replay; 65536 at most.</summary>
    public required IReadOnlyList<LogUpdateDocument> Updates { get; init; }
}
