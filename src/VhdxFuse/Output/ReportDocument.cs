using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Disk;
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

    /// <summary>read or readWrite: what may be done to the disk.</summary>
    public required string Access { get; init; }

    /// <summary>The image that takes the changes in place of <see cref="Image"/>, which is only read: the newest layer.
    /// Null when there is none.</summary>
    public string? Overlay { get; init; }

    public required long VirtualSize { get; init; }

    /// <summary>The base first.</summary>
    public required IReadOnlyList<LayerDocument> Layers { get; init; }

    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> CommandLine { get; init; }

    /// <summary>What relative paths start from.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>When the mount had ended; null while it lives.</summary>
    public string? EndedAt { get; init; }

    public required PartitionTableDocument PartitionTable { get; init; }

    /// <summary>Of the disk, as it was at the start; null when none were asked for. Lower-case hexadecimal by
    /// algorithm.</summary>
    public IReadOnlyDictionary<string, string>? DiskHashes { get; init; }

    /// <summary>Ranges that can't be read, as far as the tables tell; null where nobody looked for them.</summary>
    public IReadOnlyList<UnreadableDocument>? Unreadable { get; init; }

    /// <summary>Why requests failed, each place once, a thousand at most.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Whether everything was still the same at the end; null when nobody looked.</summary>
    public VerificationDocument? Verification { get; init; }

    public static ReportDocument Of(MountedDisk disk) => new()
    {
        Tool = "vhdxfuse",
        Version = Documents.ProgramVersion,
        CommandLine = disk.CommandLine,
        WorkingFolder = disk.WorkingFolder,
        OpenedAt = Documents.Text(disk.OpenedAt),
        Image = disk.Image,
        Access = Documents.AccessOf(disk.Chain.Disk),
        Overlay = disk.HasOverlay ? disk.Chain.Layers[^1].Path : null,
        VirtualSize = disk.Chain.Disk.LengthBytes,
        PartitionTable = PartitionTableDocument.Of(disk.Partitions),
        DiskHashes = disk.Hashes?.Disk,
        Unreadable = disk.IsBestEffort ? UnreadableDocument.ListOf(disk.Chain.Disk) : null,
        Layers = [.. disk.Chain.Layers.Select((layer, index) => LayerOf(disk, layer, index))],
    };

    private static LayerDocument LayerOf(MountedDisk disk, VhdxImage layer, int index)
    {
        LayerDocument document = Documents.Of(layer) with { FileHashes = disk.Hashes?.Of(layer) };
        bool isUnderOverlay = disk.HasOverlay && index == disk.Chain.Layers.Count - 2;
        return isUnderOverlay ? document with { FoundBy = null } : document; // the user named it
    }
}
