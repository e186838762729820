using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Fio;

/// <summary>Runs fio.</summary>
internal static class FioRun
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Runs jobs at the same time on one file.</summary>
    /// <returns>One result a job, in their order.</returns>
    /// <exception cref="BenchmarkException">A job failed.</exception>
    public static IReadOnlyList<FioResult> Of(
        string file, IReadOnlyList<FioJob> jobs, CancellationToken cancellation) => FioResult.Parse(
            Command.Output(
                Tool.Fio.Name,
                jobs.SelectMany(job => job.Arguments(file)).Prepend("--output-format=json"),
                Deadline,
                cancellation));
}
