using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using VhdxFuse.Disk;

namespace VhdxFuse.Output;

/// <summary>What goes into a case file: who read which bytes when, and what was out of the ordinary.</summary>
internal sealed record ReportDocument
{
    /// <summary>Grows when a field changes its meaning or goes.</summary>
    public int Schema { get; init; } = 1;

    public required string Tool { get; init; }

    public required string Version { get; init; }

    public required string OpenedAt { get; init; }

    public required string Image { get; init; }

    /// <summary>read or readWrite: what may be done to the disk.</summary>
    public required string Access { get; init; }

    /// <summary>The image that takes the changes in place of <see cref="Image"/>, which is only read: the newest layer.
    /// Null when there is none.</summary>
    public string? Overlay { get; init; }

    public required long VirtualSize { get; init; }

    /// <summary>The base first.</summary>
    public required IReadOnlyList<LayerDocument> Layers { get; init; }

    public static ReadOnlyMemory<byte> ToUtf8(MountedDisk disk) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new ReportDocument
            {
                Tool = "vhdxfuse",
                Version = Documents.ProgramVersion,
                OpenedAt = disk.OpenedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
                Image = disk.Image,
                Access = Documents.AccessOf(disk.Chain.Disk),
                Overlay = disk.HasOverlay ? disk.Chain.Layers[^1].Path : null,
                VirtualSize = disk.Chain.Disk.LengthBytes,
                Layers = [.. disk.Chain.Layers.Select(Documents.Of)],
            },
            OutputJson.Default.ReportDocument);
}
