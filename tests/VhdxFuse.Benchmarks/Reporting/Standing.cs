namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>How one of our builds stands in a row.</summary>
/// <param name="Contestant">The build.</param>
/// <param name="RatioToBestPeer">Its median ÷ that of the best peer; null without one.</param>
/// <param name="RatioToRaw">Its median ÷ that of the plain file; null without one.</param>
/// <param name="GoalReached">Null without a goal, or when it can't be told.</param>
internal sealed record Standing(
    string Contestant, double? RatioToBestPeer, double? RatioToRaw, bool? GoalReached);
