using System.Collections.Generic;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>All that a check found.</summary>
public sealed record CheckReport
{
    /// <summary>The file that was checked.</summary>
    public required string ImagePath { get; init; }

    /// <summary>In the order of the structures: headers, log, regions, metadata, blocks. Of one severity and rule at
    /// most <see cref="ImageChecker.MaxFindingsPerRule"/>, and then one that says how many more there are.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What the log came to; null when the headers say nothing of it. Without <see cref="LogOutcome.Replay"/>
    /// the rest was checked as the file holds it, else as replay would leave it.</summary>
    public LogOutcome? Log { get; init; }

    /// <summary>The sizes of the disk; null when the metadata don't tell.</summary>
    public DiskGeometry? Geometry { get; init; }

    /// <summary>The length of the file after replay.</summary>
    public long FileLengthBytes { get; init; }

    /// <summary>Null when damage before it kept the block allocation table from being looked at.</summary>
    public BlockSummary? Blocks { get; init; }

    /// <summary>Whether the whole image was looked at, and no finding is an error.</summary>
    public required bool IsClean { get; init; }
}
