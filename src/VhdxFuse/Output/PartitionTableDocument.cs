using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Partitions;

namespace VhdxFuse.Output;

/// <summary>How the disk is divided.</summary>
internal sealed record PartitionTableDocument
{
    /// <summary>none, mbr or gpt.</summary>
    public required string Scheme { get; init; }

    /// <summary>The disk's signature or GUID.</summary>
    public string? Id { get; init; }

    public required IReadOnlyList<PartitionDocument> Partitions { get; init; }

    /// <summary>What is wrong with the table, a line each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public static PartitionTableDocument Of(PartitionTable table) => new()
    {
        Scheme = Documents.Name(table.Scheme),
        Id = table.Id,
        Partitions = [.. table.Partitions.Select(PartitionDocument.Of)],
        Notes = table.Notes,
    };
}
