namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Where a row stands on one of the curves of the scale rows.</summary>
/// <param name="Curve">What is varied.</param>
/// <param name="Position">Its value.</param>
/// <param name="Label">The value as people write it.</param>
internal sealed record CurvePoint(string Curve, double Position, string Label);
