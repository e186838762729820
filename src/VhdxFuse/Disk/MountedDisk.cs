using System;
using System.Collections.Generic;
using VhdxFuse.Hosting;
using VhdxFuse.Output;
using VhdxFuse.Partitions;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>What a mount shows: the images, and where changes go.</summary>
/// <param name="Chain">The base first.</param>
/// <param name="Image">The image that the user named, as he named it.</param>
internal sealed record MountedDisk(DifferencingChain Chain, string Image)
{
    /// <summary>Whether the newest layer is an overlay over the image, which itself is only read.</summary>
    public bool HasOverlay { get; init; }

    /// <summary>Its partitions, as they were when they were first asked for: by one thread.</summary>
    public PartitionTable Partitions => field ??= PartitionReader.Read(Chain.Disk);

    /// <summary>The command, word by word.</summary>
    public IReadOnlyList<string> CommandLine { get; init; } = [];

    /// <summary>Where the command was given: what relative paths start from.</summary>
    public string WorkingFolder { get; init; } = "";

    /// <summary>What can't be read counts as unreadable ranges, not as a reason to stop.</summary>
    public bool IsBestEffort { get; init; }

    /// <summary>Hashes made at the start; null when none were asked for.</summary>
    public EvidenceHashes? Hashes { get; init; }

    /// <summary>What failed since; null where nobody keeps account.</summary>
    public FaultLog? Faults { get; init; }

    /// <summary>What goes into a case file. First asked for by one thread.</summary>
    public MountReport Report => field ??= new MountReport(this);

    /// <summary>When the images had been opened.</summary>
    public DateTimeOffset OpenedAt { get; } = TimeProvider.System.GetUtcNow();
}
