using VhdxFuse.Benchmarks.Running;
using Xunit;

namespace VhdxFuse.Interop.Tests.Benchmarks;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData(0, "A B C")]
    [InlineData(1, "C B A")]
    [InlineData(2, "A B C")]
    public void Every_other_round_goes_backwards(int round, string expected) =>
        Assert.Equal(expected, string.Join(' ', Schedule.Of(["A", "B", "C"], round)));
}
