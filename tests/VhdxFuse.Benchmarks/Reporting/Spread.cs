using System.Collections.Generic;
using System.Linq;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>What several values of the same quantity come to.</summary>
internal sealed record Spread(double Median, double Min, double Max)
{
    /// <param name="samples">At least one, in any order.</param>
    public static Spread Of(IReadOnlyList<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}
