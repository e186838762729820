using System;
using System.Linq;

namespace VhdxFuse.Output;

/// <summary>A hash that somebody wrote down earlier.</summary>
/// <param name="IsOfDisk">Whether it is the disk's; false: the image file's; null: either will do.</param>
/// <param name="Algorithm">What made it.</param>
/// <param name="Hex">In hexadecimal, of either case.</param>
internal sealed record ExpectedHash(bool? IsOfDisk, string Algorithm, string Hex)
{
    /// <summary>Whether it was found again.</summary>
    public bool IsIn(HashDocument document) =>
        (IsOfDisk != false && IsIn(document.Disk)) || (IsOfDisk != true && IsIn(document.File));

    private bool IsIn(HashResult? result) =>
        result is not null && result.Hashes.Values.Contains(Hex, StringComparer.OrdinalIgnoreCase);
}
