using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>How an image, and the chain below it, is opened for reading.</summary>
public sealed record OpenOptions
{
    /// <summary>Layers at most; backup chains of more than 99 are real.</summary>
    public const int MaxChainDepth = 256;

    /// <summary>What is done with a pending log, in every layer.</summary>
    public LogPolicy Log { get; init; } = LogPolicy.ReplayInMemory;

    /// <summary>Whether the newest image of the chain may be written; its parents never are. Its file must be open for
    /// writing then, and a pending log is replayed into it at once.</summary>
    public ImageAccess Access { get; init; }

    /// <summary>Lets an image be written whose log is named but was never begun (T-6): its LogGuid is
    /// cleared.</summary>
    public bool ResetLog { get; init; }

    /// <summary>Opens a damaged image for what can be read of it: a log that can't be replayed is left out, a parent of
    /// another identity is taken when no other is found, and without a parent the ranges it should hold can't be read.
    /// Each is an <see cref="Anomaly"/>. Only for reading.</summary>
    public bool BestEffort { get; init; }

    /// <summary>Where the identities of a writable session come from.</summary>
    public IGuidSource Guids { get; init; } = new RandomGuidSource();

    /// <summary>Folders that are searched for parents after the locator's own paths.</summary>
    public IReadOnlyList<string> ParentFolders { get; init; } = [];

    /// <summary>Where Windows folders are on this machine. A path of a locator that starts with none of them isn't
    /// followed.</summary>
    public IReadOnlyList<PathMapping> Mappings { get; init; } = [];

    /// <summary>Opens an image that is still being made: its identifier comes last (R-CRE-4).</summary>
    internal bool LacksIdentifier { get; init; }

    /// <summary>Sectors of the log that a lap uses; null: all of it.</summary>
    internal int? LapSectors { get; init; }

    /// <summary>How far the file is extended at least.</summary>
    internal long ExtensionBytes { get; init; } = 32 * Units.MiB;

    /// <summary>Called for each file of the chain as it has been opened; for progress and logs.</summary>
    public Action<VhdxImage>? Opened { get; init; }

    /// <summary>Called for each place where a parent was looked for, in that order; must not throw.</summary>
    public Action<ParentCandidate>? ParentTried { get; init; }
}
