using VhdxFuse.Benchmarks.Fio;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>What one job did, and what it cost those who serve the file.</summary>
/// <param name="Fio">fio's figures.</param>
/// <param name="ServingCpuSeconds">User and system time of the serving processes.</param>
internal sealed record FioOutcome(FioResult Fio, double ServingCpuSeconds)
{
    private const double MiB = 1 << 20;
    private const double GiB = 1 << 30;

    public double MebibytesPerSecond => Fio.BytesPerSecond / MiB;

    /// <summary>Null where nobody serves.</summary>
    public double? CpuSecondsPerGib => ServingCpuSeconds > 0 ? ServingCpuSeconds / (Fio.Bytes / GiB) : null;
}
