namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>What a contestant's figures are for.</summary>
internal enum ContestantKind
{
    /// <summary>A build of vhdxfuse: what the goals are about.</summary>
    Ours,

    /// <summary>Somebody else's program: the best of them is what a goal is measured by.</summary>
    Peer,

    /// <summary>The same bytes without any program between: as fast as it could get.</summary>
    Limit,
}
