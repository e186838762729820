using System;
using System.Diagnostics;
using System.Threading;

namespace VhdxFuse.Benchmarks.Machine;

/// <summary>Waits for a condition as a script would: it looks again after a short nap.</summary>
internal static class Waiting
{
    private const int NapMilliseconds = 1;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <exception cref="BenchmarkException">The condition didn't come true in time.</exception>
    public static void Until(Func<bool> condition, string what, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            if (cancellation.WaitHandle.WaitOne(NapMilliseconds))
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if (waited.Elapsed > Deadline)
            {
                throw new BenchmarkException($"waited {Deadline.TotalSeconds:0} s for {what}");
            }
        }
    }
}
