namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>One value of one row.</summary>
internal readonly record struct Measurement(Row Row, double Value);
