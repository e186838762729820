using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Runs scripts until one fails, and makes that one small.</summary>
internal sealed class Search(RunOptions options)
{
    private const int MaxShrinkingRuns = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4); // also on a machine with much else to do
    private readonly ConcurrentDictionary<Setting, ImageJudge> _judges = new(ReferenceEqualityComparer.Instance);

    public Tally Tally { get; } = new();

    /// <summary>Runs all of them, on all processors.</summary>
    /// <returns>Null: none failed. Else a message with the setting and the shrunk script.</returns>
    public string? FirstFailure(IEnumerable<(Setting Setting, Script Script)> scripts)
    {
        string? failure = null;
        var width = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(scripts, width, (job, state) =>
        {
            if (Run(job.Setting, job.Script) is { } problem)
            {
                state.Stop();
                Interlocked.CompareExchange(ref failure, Shrink(job.Setting, job.Script, problem), null);
            }
        });
        return failure;
    }

    /// <summary>Runs one script.</summary>
    /// <returns>What went wrong; null: nothing.</returns>
    public string? Run(Setting setting, Script script)
    {
        ImageJudge judge = _judges.GetOrAdd(setting, static (key, tally) => new ImageJudge(key, tally), Tally);
        string? problem = null;
        var thread = new Thread(Go) { IsBackground = true };
        thread.Start();
        return thread.Join(Patience) ? problem : "it hangs";

        void Go()
        {
            using var run = new ScriptRun(judge, script, options);
            problem = run.Run();
        }
    }

    private string Shrink(Setting setting, Script script, string problem)
    {
        int runs = 0;
        bool isSmaller = options.Shrinks;
        while (isSmaller)
        {
            isSmaller = false;
            foreach (Script smaller in script.Smaller().TakeWhile(_ => runs++ < MaxShrinkingRuns))
            {
                if (Run(setting, smaller) is { } still)
                {
                    (script, problem, isSmaller) = (smaller, still, true);
                    break;
                }
            }
        }

        return $"{setting}: `{script}`: {problem}";
    }
}
