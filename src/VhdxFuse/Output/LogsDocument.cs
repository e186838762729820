using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using VhdxFuse.Disk;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Output;

/// <summary>What <c>.vhdxfuse/log.json</c> says: the logs in the image files that the mount only reads.</summary>
/// <param name="Layers">The base first.</param>
internal sealed record LogsDocument(IReadOnlyList<LogListDocument> Layers)
{
    /// <summary>A log is small; one that was made to hold a million entries isn't listed whole.</summary>
    public const int MostEntries = 10_000;

    public int Schema { get; init; } = 1;

    public static ReadOnlyMemory<byte> ToUtf8(MountedDisk disk)
    {
        IReadOnlyList<VhdxImage> layers = disk.Chain.Layers;
        int count = disk.Chain.Disk.IsWritable ? layers.Count - 1 : layers.Count;
        return JsonSerializer.SerializeToUtf8Bytes(
            new LogsDocument([.. layers.Take(count).Select(Of)]), OutputJson.Default.LogsDocument);
    }

    private static LogListDocument Of(VhdxImage layer)
    {
        var document = LogListDocument.Of(layer.Path, LogInspection.Read(layer.Source));
        return document with { Entries = [.. document.Entries.Take(MostEntries)] };
    }
}
