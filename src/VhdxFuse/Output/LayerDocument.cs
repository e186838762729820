using System.Collections.Generic;

namespace VhdxFuse.Output;

/// <summary>One image file of a chain, as JSON shows it. Sizes in bytes; GUIDs lower-case, without braces.</summary>
internal sealed record LayerDocument
{
    public required string Path { get; init; }

    public required string Type { get; init; }

    public required string Creator { get; init; }

    public required long VirtualSize { get; init; }

    public required long BlockSize { get; init; }

    public required int LogicalSectorSize { get; init; }

    public required int PhysicalSectorSize { get; init; }

    public required string VirtualDiskId { get; init; }

    public required string DataWriteGuid { get; init; }

    public required string FileWriteGuid { get; init; }

    public required ulong HeaderSequenceNumber { get; init; }

    public required LogDocument Log { get; init; }

    public required IReadOnlyList<RegionDocument> Regions { get; init; }

    /// <summary>Only of a differencing image: keys and values as the image has them.</summary>
    public IReadOnlyDictionary<string, string>? ParentLocator { get; init; }

    /// <summary>relativePath, volumePath, absolutePath or parentFolder: what led from the child to this file. Null for
    /// one that was named.</summary>
    public string? FoundBy { get; init; }

    /// <summary>Of the file, its log not replayed; null when none were asked for. Lower-case hexadecimal by
    /// algorithm.</summary>
    public IReadOnlyDictionary<string, string>? FileHashes { get; init; }

    /// <summary>Null for an image in memory.</summary>
    public required FileDocument? File { get; init; }

    public required IReadOnlyList<AnomalyDocument> Anomalies { get; init; }
}
