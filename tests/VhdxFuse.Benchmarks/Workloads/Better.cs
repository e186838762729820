namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Which of two values of a row is the better one.</summary>
internal enum Better
{
    Higher,

    Lower,
}
