using System;
using System.IO;

namespace VhdxFuse.Benchmarks.Images;

/// <summary>A disk as a VHDX image and, where the plain file takes part, as that too.</summary>
/// <param name="VhdxPath">The image.</param>
/// <param name="RawPath">The same bytes in a plain file; null for none.</param>
/// <param name="SizeBytes">Of the disk.</param>
internal sealed record DiskImage(string VhdxPath, string? RawPath, long SizeBytes) : IDisposable
{
    /// <summary>False for the images that a whole run shares.</summary>
    public bool IsForOneUse { get; init; }

    /// <summary>Removes the files of an image for one use.</summary>
    public void Dispose()
    {
        if (!IsForOneUse)
        {
            return;
        }

        File.Delete(VhdxPath);
        if (RawPath is not null)
        {
            File.Delete(RawPath);
        }
    }
}
