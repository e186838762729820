using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx.Checking;

namespace VhdxFuse.Output;

/// <summary>What a check of one file found.</summary>
internal sealed record CheckedImageDocument
{
    public required string Path { get; init; }

    /// <summary>No finding is an error.</summary>
    public required bool Clean { get; init; }

    public required int Errors { get; init; }

    public required int Warnings { get; init; }

    public required int Infos { get; init; }

    /// <summary>What the log came to; null when the headers don't tell.</summary>
    public required string? Log { get; init; }

    /// <summary>After replay.</summary>
    public required long FileLength { get; init; }

    /// <summary>Null when the metadata don't tell.</summary>
    public required long? VirtualSize { get; init; }

    /// <summary>Null when the table couldn't be looked at.</summary>
    public required BlockCountsDocument? Blocks { get; init; }

    /// <summary>By structure: headers, log, regions, metadata, blocks, parent. Of one severity and rule 100 at most;
    /// one more then says how many there are besides.</summary>
    public required IReadOnlyList<FindingDocument> Findings { get; init; }

    public static CheckedImageDocument Of(CheckReport report) => new()
    {
        Path = report.ImagePath,
        Clean = report.IsClean,
        Errors = Count(report, FindingSeverity.Error),
        Warnings = Count(report, FindingSeverity.Warning),
        Infos = Count(report, FindingSeverity.Info),
        Log = report.Log is { } log ? Documents.Name(log) : null,
        FileLength = report.FileLengthBytes,
        VirtualSize = report.Geometry?.DiskSizeBytes,
        Blocks = report.Blocks is { } blocks
            ? new BlockCountsDocument(
                blocks.FullyPresentCount,
                blocks.PartiallyPresentCount,
                blocks.SectorBitmapCount,
                blocks.AnchorCount,
                blocks.UnusedInsideBytes,
                blocks.UnusedTailBytes)
            : null,
        Findings =
        [
            .. report.Findings.Select(finding => new FindingDocument(
                Documents.Name(finding.Severity), finding.RuleId, finding.At?.Value, finding.Detail)),
        ],
    };

    private static int Count(CheckReport report, FindingSeverity severity) =>
        report.Findings.Count(finding => finding.Severity == severity);
}
