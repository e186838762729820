using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Output;

/// <summary>What <c>compact --json</c> says.</summary>
/// <param name="Image">As it was named.</param>
/// <param name="DryRun">Nothing was changed; the rest is what would be.</param>
/// <param name="SizeBefore">Of the file, in bytes.</param>
/// <param name="SizeAfter">Of the file, in bytes.</param>
/// <param name="ZeroBlocks">Payload blocks of zeros that gave their space up.</param>
/// <param name="KeptPlaces">Places of trimmed blocks that were given up.</param>
/// <param name="SectorBitmaps">Sector bitmap blocks that were given up.</param>
/// <param name="MovedBlocks">Blocks that moved.</param>
/// <param name="MovedBytes">Their length.</param>
internal sealed record CompactDocument(
    string Image,
    bool DryRun,
    long SizeBefore,
    long SizeAfter,
    long ZeroBlocks,
    long KeptPlaces,
    long SectorBitmaps,
    long MovedBlocks,
    long MovedBytes)
{
    public static CompactDocument Of(string image, bool isRehearsal, CompactReport report) => new(
        image,
        isRehearsal,
        report.LengthBeforeBytes,
        report.LengthAfterBytes,
        report.ZeroBlockCount,
        report.AnchorCount,
        report.SectorBitmapCount,
        report.MovedCount,
        report.MovedBytes);
}
