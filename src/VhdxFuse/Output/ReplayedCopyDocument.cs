using VhdxFuse.Vhdx.Journal;

namespace VhdxFuse.Output;

/// <summary>What <c>log --replay-to --json</c> says.</summary>
internal sealed record ReplayedCopyDocument
{
    public int Schema { get; init; } = 1;

    public required string Image { get; init; }

    public required string Copy { get; init; }

    public required int EntriesReplayed { get; init; }

    public required long PagesReplayed { get; init; }

    public required long ZeroRangesReplayed { get; init; }

    public static ReplayedCopyDocument Of(string image, string copy, ReplayReport? report) => new()
    {
        Image = image,
        Copy = copy,
        EntriesReplayed = report?.EntryCount ?? 0,
        PagesReplayed = report?.PageCount ?? 0,
        ZeroRangesReplayed = report?.ZeroRangeCount ?? 0,
    };
}
