using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx.Checking;

namespace VhdxFuse.Output;

/// <summary>What <c>check --json</c> says.</summary>
internal sealed record CheckDocument
{
    /// <summary>Grows when a field changes its meaning or goes.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>No finding in any of the images is an error.</summary>
    public required bool Clean { get; init; }

    public required int Errors { get; init; }

    public required int Warnings { get; init; }

    public required int Infos { get; init; }

    /// <summary>The image that was asked for first, then its parents.</summary>
    public required IReadOnlyList<CheckedImageDocument> Images { get; init; }

    /// <summary>Null when none was asked for, or none could be made.</summary>
    public required RepairDocument? Repair { get; init; }

    public static CheckDocument Of(IReadOnlyList<CheckReport> reports, RepairDocument? repair)
    {
        CheckedImageDocument[] images = [.. reports.Select(CheckedImageDocument.Of)];
        return new CheckDocument
        {
            Clean = images.All(image => image.Clean),
            Errors = images.Sum(image => image.Errors),
            Warnings = images.Sum(image => image.Warnings),
            Infos = images.Sum(image => image.Infos),
            Images = images,
            Repair = repair,
        };
    }
}
