using System;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>What a mount shows: the images, and where changes go.</summary>
/// <param name="Chain">The base first.</param>
/// <param name="Image">The image that the user named, as he named it.</param>
internal sealed record MountedDisk(DifferencingChain Chain, string Image)
{
    /// <summary>Whether the newest layer is an overlay over the image, which itself is only read.</summary>
    public bool HasOverlay { get; init; }

    /// <summary>When the images had been opened.</summary>
    public DateTimeOffset OpenedAt { get; } = TimeProvider.System.GetUtcNow();
}
