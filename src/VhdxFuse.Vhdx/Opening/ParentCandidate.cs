using System;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>A place where the parent of an image was looked for, and what came of it.</summary>
public sealed record ParentCandidate
{
    /// <summary>The image whose parent is looked for.</summary>
    public required string ChildPath { get; init; }

    /// <summary>The path that the child recorded, as it did.</summary>
    public required string RecordedPath { get; init; }

    /// <summary>How the place came to be looked at.</summary>
    public required ParentTrail Trail { get; init; }

    /// <summary>The folder here that the path was followed from; null when it wasn't followed.</summary>
    public string? Folder { get; init; }

    /// <summary>The file found; null when there was none.</summary>
    public string? Path { get; init; }

    /// <summary>What came of it.</summary>
    public required ParentVerdict Verdict { get; init; }

    /// <summary>The identity that the child recorded.</summary>
    public required Guid Expected { get; init; }

    /// <summary>The identity of the image found; null when none could be read.</summary>
    public Guid? Found { get; init; }

    /// <summary>Why the file can't be opened; only when <see cref="Verdict"/> is Failed.</summary>
    public VhdxException? Failure { get; init; }
}
