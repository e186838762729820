namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>What a goal bounds.</summary>
internal enum GoalKind
{
    /// <summary>Ours ÷ best peer, from below.</summary>
    RatioAtLeast,

    /// <summary>Ours ÷ best peer, from above.</summary>
    RatioAtMost,

    /// <summary>Our own value, from above.</summary>
    ValueAtMost,
}
