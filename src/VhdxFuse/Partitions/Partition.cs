namespace VhdxFuse.Partitions;

/// <summary>A part of a disk.</summary>
internal sealed record Partition
{
    /// <summary>As Linux counts: the place in the table from 1, logical ones from 5.</summary>
    public required int Number { get; init; }

    /// <summary>In bytes on the disk, inside it.</summary>
    public required long Start { get; init; }

    /// <summary>As the table says, less what lies behind the disk's end.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>0x07, or a GUID.</summary>
    public required string Type { get; init; }

    /// <summary>What the type is known as; null when it isn't.</summary>
    public string? TypeName { get; init; }

    /// <summary>The label of a GPT entry; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>What Linux calls its PARTUUID.</summary>
    public required string Id { get; init; }

    /// <summary>Marked as the one to start from.</summary>
    public bool IsActive { get; init; }

    /// <summary>It only holds logical partitions and has no content of its own.</summary>
    public bool IsContainer { get; init; }

    public long End => Start + LengthBytes;

    public bool Overlaps(Partition other) => Start < other.End && other.Start < End;
}
