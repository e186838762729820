namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>When a writer calls fsync.</summary>
internal enum SyncEvery
{
    Write,

    /// <summary>Once, at the end.</summary>
    Run,
}
