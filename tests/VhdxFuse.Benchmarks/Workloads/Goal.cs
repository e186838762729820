namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>What a row's medians are to reach.</summary>
internal sealed record Goal(GoalKind Kind, double Bound)
{
    public static Goal RatioAtLeast(double bound) => new(GoalKind.RatioAtLeast, bound);

    public static Goal RatioAtMost(double bound) => new(GoalKind.RatioAtMost, bound);

    public static Goal ValueAtMost(double bound) => new(GoalKind.ValueAtMost, bound);

    /// <param name="ours">Our median.</param>
    /// <param name="ratio">Ours ÷ best peer; null without a peer.</param>
    /// <returns>Null when it can't be told.</returns>
    public bool? IsReached(double ours, double? ratio) => Kind switch
    {
        GoalKind.ValueAtMost => ours <= Bound,
        GoalKind.RatioAtLeast => ratio is { } value ? value >= Bound : null,
        _ => ratio is { } value ? value <= Bound : null,
    };

    public override string ToString() => Kind switch
    {
        GoalKind.ValueAtMost => $"≤ {Bound}",
        GoalKind.RatioAtLeast => $"≥ {Bound} × peer",
        _ => $"≤ {Bound} × peer",
    };
}
