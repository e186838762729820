using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Reporting;
using VhdxFuse.Benchmarks.Workloads;
using Xunit;

namespace VhdxFuse.Interop.Tests.Benchmarks;

public sealed class RowResultTests
{
    private static readonly Row Rate = Row.Rate("rate", "") with { Goal = Goal.RatioAtLeast(2) };
    private static readonly Row Latency = Row.Latency("latency", "") with { Goal = Goal.RatioAtMost(0.5) };

    [Fact]
    public void The_best_peer_of_a_rate_is_the_highest()
    {
        RowResult row = RowResult.Of(Rate, [Ours(300), Peer("slow", 50), Peer("fast", 100), Raw(600)]);
        Assert.Equal("fast", row.BestPeer?.Contestant);
        Assert.Equal([new Standing("ours", RatioToBestPeer: 3, RatioToRaw: 0.5, GoalReached: true)], row.Standings);
    }

    [Fact]
    public void The_best_peer_of_a_latency_is_the_lowest()
    {
        RowResult row = RowResult.Of(Latency, [Ours(60), Peer("fast", 100), Peer("slow", 500)]);
        Assert.Equal("fast", row.BestPeer?.Contestant);
        Assert.Equal([new Standing("ours", RatioToBestPeer: 0.6, RatioToRaw: null, GoalReached: false)], row.Standings);
    }

    [Fact]
    public void A_failed_peer_is_not_the_best_and_without_one_a_ratio_goal_is_open()
    {
        Result failed = Peer("failed", 100) with { Samples = [], Spread = null, Failure = "it fell over" };
        RowResult row = RowResult.Of(Rate, [Ours(300), failed]);
        Assert.Null(row.BestPeer);
        Assert.Null(Assert.Single(row.Standings).GoalReached);
        Assert.Contains(failed, row.Results);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(20.1, false)]
    public void A_goal_for_our_own_value_needs_no_peer(double value, bool reached)
    {
        Row row = Row.Duration("first-byte", "") with { Goal = Goal.ValueAtMost(20) };
        Assert.Equal(reached, Assert.Single(RowResult.Of(row, [Ours(value)]).Standings).GoalReached);
    }

    private static Result Ours(double value) => Of("ours", ContestantKind.Ours, value);

    private static Result Peer(string name, double value) => Of(name, ContestantKind.Peer, value);

    private static Result Raw(double value) => Of("raw", ContestantKind.Limit, value);

    private static Result Of(string name, ContestantKind kind, double value) =>
        new(name, kind, [value], Spread.Of([value]), Failure: null);
}
