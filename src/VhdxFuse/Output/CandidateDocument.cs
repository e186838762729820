using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Output;

/// <summary>A place where a parent was looked for.</summary>
internal sealed record CandidateDocument
{
    public required string Child { get; init; }

    /// <summary>The path as the child has it.</summary>
    public required string RecordedPath { get; init; }

    /// <summary>relativePath, volumePath or absolutePath; parentFolder or childFolder where only the name
    /// counts.</summary>
    public required string Trail { get; init; }

    /// <summary>Null when the path isn't followed.</summary>
    public string? Folder { get; init; }

    /// <summary>Null when no file was found.</summary>
    public string? Path { get; init; }

    /// <summary>parent, notFollowed, notFound, otherIdentity, inChain or failed.</summary>
    public required string Verdict { get; init; }

    public required string ExpectedDataWriteGuid { get; init; }

    public string? FoundDataWriteGuid { get; init; }

    public string? Failure { get; init; }

    public static CandidateDocument Of(ParentCandidate candidate) => new()
    {
        Child = candidate.ChildPath,
        RecordedPath = candidate.RecordedPath,
        Trail = Documents.Name(candidate.Trail),
        Folder = candidate.Folder,
        Path = candidate.Path,
        Verdict = Documents.Name(candidate.Verdict),
        ExpectedDataWriteGuid = Documents.Text(candidate.Expected),
        FoundDataWriteGuid = candidate.Found is { } found ? Documents.Text(found) : null,
        Failure = candidate.Failure?.Message,
    };
}
