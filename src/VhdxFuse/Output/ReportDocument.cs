using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using VhdxFuse.Vhdx;

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

    public required long VirtualSize { get; init; }

    /// <summary>The base first.</summary>
    public required IReadOnlyList<LayerDocument> Layers { get; init; }

    public static ReadOnlyMemory<byte> ToUtf8(DifferencingChain chain, DateTimeOffset openedAt) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new ReportDocument
            {
                Tool = "vhdxfuse",
                Version = Documents.ProgramVersion,
                OpenedAt = openedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
                Image = chain.Layers[^1].Path,
                VirtualSize = chain.Disk.LengthBytes,
                Layers = [.. chain.Layers.Select(Documents.Of)],
            },
            OutputJson.Default.ReportDocument);
}
