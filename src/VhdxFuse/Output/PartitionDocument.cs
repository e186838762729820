using VhdxFuse.Partitions;

namespace VhdxFuse.Output;

/// <summary>A part of the disk. Bytes.</summary>
internal sealed record PartitionDocument
{
    /// <summary>As Linux counts; <c>partitions/pN.raw</c> on a mount.</summary>
    public required int Number { get; init; }

    public required long Start { get; init; }

    public required long Size { get; init; }

    /// <summary>0x07, or a GUID.</summary>
    public required string Type { get; init; }

    public string? TypeName { get; init; }

    /// <summary>The label of a GPT entry.</summary>
    public string? Name { get; init; }

    /// <summary>What Linux calls PARTUUID.</summary>
    public required string Id { get; init; }

    public bool Active { get; init; }

    /// <summary>It only holds logical partitions and has no file on a mount.</summary>
    public bool Container { get; init; }

    public static PartitionDocument Of(Partition partition) => new()
    {
        Number = partition.Number,
        Start = partition.Start,
        Size = partition.LengthBytes,
        Type = partition.Type,
        TypeName = partition.TypeName,
        Name = partition.Name,
        Id = partition.Id,
        Active = partition.IsActive,
        Container = partition.IsContainer,
    };
}
