using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Running;
using VhdxFuse.Benchmarks.Workloads;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>What a row came to: everybody's figures, and how ours stand to them.</summary>
/// <param name="Row">The row.</param>
/// <param name="Results">Of those that took part, in their order.</param>
/// <param name="BestPeer">The peer with the best median; null without one.</param>
/// <param name="Standings">One for each of our builds that has a value.</param>
internal sealed record RowResult(
    Row Row, IReadOnlyList<Result> Results, Result? BestPeer, IReadOnlyList<Standing> Standings)
{
    public static RowResult Of(Row row, IReadOnlyList<Contestant> contestants, ResultBook book) => Of(
        row,
        [
            .. from contestant in contestants
               let cell = book.Find(row, contestant)
               where cell is not null
               select new Result(
                   contestant.Name,
                   contestant.Kind,
                   cell.Samples,
                   cell.Samples.Count > 0 ? Spread.Of(cell.Samples) : null,
                   cell.Failure),
        ]);

    public static RowResult Of(Row row, IReadOnlyList<Result> results)
    {
        IEnumerable<Result> peers = results.Where(
            result => result.Kind == ContestantKind.Peer && result.Spread is not null);
        Result? bestPeer = row.Better == Better.Higher
            ? peers.MaxBy(peer => peer.Spread!.Median)
            : peers.MinBy(peer => peer.Spread!.Median);
        double? raw = results.FirstOrDefault(result => result.Kind == ContestantKind.Limit)?.Spread?.Median;
        return new RowResult(
            row,
            results,
            bestPeer,
            [
                .. from ours in results
                   where ours.Kind == ContestantKind.Ours && ours.Spread is not null
                   let median = ours.Spread!.Median
                   let ratio = Ratio(median, bestPeer?.Spread?.Median)
                   select new Standing(
                       ours.Contestant, ratio, Ratio(median, raw), row.Goal?.IsReached(median, ratio)),
            ]);
    }

    private static double? Ratio(double ours, double? theirs) => theirs is > 0 ? ours / theirs : null;
}
