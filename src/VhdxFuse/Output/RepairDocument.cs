using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx.Checking;

namespace VhdxFuse.Output;

/// <summary>What a repair came to.</summary>
internal sealed record RepairDocument
{
    /// <summary>The new image.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes of the disk that could not be read.</summary>
    public required long UnreadableBytes { get; init; }

    /// <summary>Where they lie.</summary>
    public required IReadOnlyList<UnreadableDocument> Unreadable { get; init; }

    /// <summary>Stretches beyond those listed.</summary>
    public required long FurtherRanges { get; init; }

    public static RepairDocument Of(string path, RepairReport report) => new()
    {
        Path = path,
        UnreadableBytes = report.UnreadableBytes,
        Unreadable =
            [.. report.Unreadable.Select(r => new UnreadableDocument(r.DiskOffset, r.LengthBytes, r.Reason))],
        FurtherRanges = report.FurtherRangeCount,
    };
}
