namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>The machine's load average before and after a round.</summary>
internal sealed record LoadOfRound(double Before, double After);
