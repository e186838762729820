using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace VhdxFuse.Support;

/// <summary>One image of the corpus, as its manifest describes it. Sizes in bytes, hashes in lower-case hex.</summary>
public sealed record CorpusImage
{
    public required string Name { get; init; }

    /// <summary>The compressed file's name.</summary>
    public required string File { get; init; }

    public required string FileSha256 { get; init; }

    public required long FileSize { get; init; }

    public required long VirtualSize { get; init; }

    public required int LogicalSector { get; init; }

    public required int PhysicalSector { get; init; }

    public required int BlockSize { get; init; }

    /// <summary>fixed, dynamic or differencing.</summary>
    public required string Type { get; init; }

    public required string Creator { get; init; }

    /// <summary>The log is to be replayed.</summary>
    public required bool Dirty { get; init; }

    /// <summary>Of the whole disk after replay; null where the parent is missing.</summary>
    [JsonPropertyName("virtual_sha256")]
    public string? VirtualSha256 { get; init; }

    /// <summary>Of a dirty image's disk for a reader that misses the log.</summary>
    [JsonPropertyName("virtual_sha256_ignoring_log")]
    public string? VirtualSha256IgnoringLog { get; init; }

    /// <summary>Of a child's disk over a parent of zeros.</summary>
    [JsonPropertyName("virtual_sha256_parent_zeros")]
    public string? VirtualSha256ParentZeros { get; init; }

    /// <summary>How many payload blocks are in which state, after replay.</summary>
    public IReadOnlyDictionary<string, long> PayloadBlocks { get; init; } =
        new Dictionary<string, long>(System.StringComparer.Ordinal);

    public IReadOnlyList<ulong> HeaderSequenceNumbers { get; init; } = [];

    public override string ToString() => Name;
}
