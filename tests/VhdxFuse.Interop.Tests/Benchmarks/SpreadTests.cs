using VhdxFuse.Benchmarks.Reporting;
using Xunit;

namespace VhdxFuse.Interop.Tests.Benchmarks;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new double[] { 7 }, 7, 7, 7)]
    [InlineData(new double[] { 9, 1, 5 }, 5, 1, 9)]
    [InlineData(new double[] { 8, 2, 4, 100 }, 6, 2, 100)]
    public void The_median_is_the_middle_of_the_sorted_values(
        double[] samples, double median, double min, double max) =>
        Assert.Equal(new Spread(median, min, max), Spread.Of(samples));
}
