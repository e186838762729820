using System;
using VhdxFuse.Output;

namespace VhdxFuse.Disk;

/// <summary>Where changes go that must not go into the image.</summary>
/// <param name="File">A differencing image; null: memory.</param>
/// <param name="CapacityBytes">The most memory that they may take.</param>
internal sealed record OverlayPlace(string? File, long CapacityBytes)
{
    private const string Memory = "mem";
    private const long DefaultCapacityBytes = 1L << 30;

    /// <summary>Reads <c>mem</c>, <c>mem:SIZE</c> with K, M, G or T behind it, or a file's name.</summary>
    /// <returns>Null for a size that is none.</returns>
    public static OverlayPlace? Parse(string text)
    {
        if (string.Equals(text, Memory, StringComparison.Ordinal))
        {
            return new OverlayPlace(File: null, DefaultCapacityBytes);
        }

        if (!text.StartsWith($"{Memory}:", StringComparison.Ordinal))
        {
            return text.Length == 0 ? null : new OverlayPlace(text, CapacityBytes: 0);
        }

        return Sizes.TryParse(text.AsSpan(Memory.Length + 1), out long bytes) && bytes > 0
            ? new OverlayPlace(File: null, bytes)
            : null;
    }
}
