using VhdxFuse.Disk;

namespace VhdxFuse.Commands;

/// <summary>What a mount is to write to.</summary>
internal sealed record WriteRequest
{
    /// <summary>Changes go into the image.</summary>
    public required bool IntoImage { get; init; }

    /// <summary>Changes go here; null: no overlay.</summary>
    public required OverlayPlace? Overlay { get; init; }

    /// <summary>Whether an image may be written whose log is named but empty.</summary>
    public required bool ResetsLog { get; init; }

    /// <summary>Nothing is written.</summary>
    public bool IsNone => !IntoImage && Overlay is null;
}
