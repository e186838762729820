using System.Collections.Generic;

namespace VhdxFuse.Benchmarks.Commands;

/// <summary>What the user asked for.</summary>
internal sealed record SuiteOptions
{
    public required int Rounds { get; init; }

    public required double JobSeconds { get; init; }

    /// <summary>Workloads and rows; empty for all.</summary>
    public required IReadOnlyList<string> Only { get; init; }

    /// <summary>Contestants; empty for all.</summary>
    public required IReadOnlyList<string> Contestants { get; init; }

    /// <summary>The builds of vhdxfuse, by name.</summary>
    public required IReadOnlyList<(string Name, string Path)> Builds { get; init; }

    /// <summary>On the file system that is measured, unless another is mounted in it.</summary>
    public required string Folder { get; init; }

    /// <summary>One of <see cref="Machine.LoopFileSystem.Types"/>.</summary>
    public required string On { get; init; }

    public required long DiskBytes { get; init; }

    public required string JsonPath { get; init; }

    public required string SvgPath { get; init; }
}
