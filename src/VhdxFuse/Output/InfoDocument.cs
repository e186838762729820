using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using VhdxFuse.Disk;
using VhdxFuse.Partitions;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Output;

/// <summary>What <c>info --json</c> and <c>.vhdxfuse/info.json</c> say.</summary>
internal sealed record InfoDocument
{
    /// <summary>Grows when a field changes its meaning or goes.</summary>
    public int Schema { get; init; } = 1;

    public required long VirtualSize { get; init; }

    /// <summary>Bytes of the disk that some layer stores; null where the map wasn't walked.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>False when a parent is missing: then only the layers that were found are listed.</summary>
    public bool ChainComplete { get; init; } = true;

    /// <summary>read or readWrite: what may be done to the disk.</summary>
    public string Access { get; init; } = Documents.Name(ImageAccess.Read);

    /// <summary>Null when a parent is missing: then the disk can't be read.</summary>
    public PartitionTableDocument? PartitionTable { get; init; }

    /// <summary>The base first.</summary>
    public required IReadOnlyList<LayerDocument> Layers { get; init; }

    public static InfoDocument Of(DifferencingChain chain, PartitionTable partitions, bool measure) => new()
    {
        VirtualSize = chain.Disk.LengthBytes,
        Access = Documents.AccessOf(chain.Disk),
        AllocatedBytes = measure ? chain.Disk.MeasureAllocatedBytes() : null,
        PartitionTable = PartitionTableDocument.Of(partitions),
        Layers = [.. chain.Layers.Select(Documents.Of)],
    };

    public static InfoDocument OfIncomplete(VhdxImage image) => new()
    {
        VirtualSize = image.Geometry.DiskSizeBytes,
        ChainComplete = false,
        Layers = [Documents.Of(image)],
    };

    /// <summary>The document of a mount: without the walk over the map, which a mount doesn't wait for.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(MountedDisk disk) =>
        JsonSerializer.SerializeToUtf8Bytes(
            Of(disk.Chain, disk.Partitions, measure: false), OutputJson.Default.InfoDocument);
}
