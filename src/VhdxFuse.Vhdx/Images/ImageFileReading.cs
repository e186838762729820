using System;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Images;

/// <summary>Reading that doesn't take less than all.</summary>
internal static class ImageFileReading
{
    /// <summary>Fills <paramref name="target"/> or fails.</summary>
    /// <exception cref="VhdxException">Truncated: the file ends first.</exception>
    public static void ReadExactly(this IImageFile file, FileOffset at, Span<byte> target)
    {
        int read = file.Read(at, target);
        if (read < target.Length)
        {
            throw new VhdxException(
                VhdxErrorKind.Truncated,
                file.Path,
                at,
                $"only {read} of {target.Length} bytes could be read: the file ends early");
        }
    }
}
