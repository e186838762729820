using System;
using System.Collections.Generic;
using VhdxFuse.Support;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Opening;

public sealed class LogDecisionTests
{
    /// <summary>The documented table once more, row by row with wildcards: every input must match exactly one
    /// row.</summary>
    private static readonly (bool? Named, LogPolicy? Policy, LogContent? Content, bool? AnySector, LogOutcome Outcome)[]
        Rows =
        [
            (false, null, null, null, LogOutcome.Clean),
            (true, LogPolicy.Ignore, null, null, LogOutcome.Ignored),
            (true, LogPolicy.ReplayInMemory, LogContent.Updates, null, LogOutcome.Replay),
            (true, LogPolicy.ReplayInMemory, LogContent.OnlyEmptyEntries, null, LogOutcome.NothingToReplay),
            (true, LogPolicy.ReplayInMemory, LogContent.NoSequence, false, LogOutcome.NamedButEmpty),
            (true, LogPolicy.ReplayInMemory, LogContent.NoSequence, true, LogOutcome.Corrupt),
        ];

    [Fact]
    [Rule("T-6", "T-11")]
    public void Every_input_has_exactly_one_row_and_its_outcome()
    {
        int inputs = 0;
        var outcomes = new HashSet<LogOutcome>();
        foreach (bool named in (bool[])[false, true])
        {
            foreach (LogPolicy policy in Enum.GetValues<LogPolicy>())
            {
                foreach (LogContent content in Enum.GetValues<LogContent>())
                {
                    foreach (bool anySector in (bool[])[false, true])
                    {
                        var row = Assert.Single(Rows, row =>
                            (row.Named ?? named) == named && (row.Policy ?? policy) == policy
                            && (row.Content ?? content) == content && (row.AnySector ?? anySector) == anySector);
                        Assert.Equal(row.Outcome, LogDecision.Decide(named, policy, content, anySector));
                        outcomes.Add(row.Outcome);
                        inputs++;
                    }
                }
            }
        }

        Assert.Equal(24, inputs);
        Assert.Equal(Enum.GetValues<LogOutcome>().Length, outcomes.Count);
    }
}
