using System.Collections.Generic;
using System.Linq;

namespace VhdxFuse.Benchmarks.Running;

/// <summary>Who comes when: forwards in one round and backwards in the next, so that a machine that grows slower or
/// busier meanwhile does so for all alike.</summary>
internal static class Schedule
{
    /// <param name="all">In the order of the first round.</param>
    /// <param name="round">From 0.</param>
    public static IEnumerable<T> Of<T>(IReadOnlyList<T> all, int round) => round % 2 == 0 ? all : all.Reverse();
}
