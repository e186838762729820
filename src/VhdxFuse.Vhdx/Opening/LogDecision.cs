using System;
using VhdxFuse.Vhdx.Journal;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>
/// Decides what a log means, as a table. MS-VHDX 2.3.3; vhdx-format T-6.
/// <code>
/// LogGuid | policy | active sequence   | sectors that name it | outcome
/// zero    | any    | any               | any                  | Clean
/// set     | ignore | any               | any                  | Ignored
/// set     | replay | with descriptors  | any                  | Replay
/// set     | replay | only empty ones   | any                  | NothingToReplay
/// set     | replay | none              | none                 | NamedButEmpty
/// set     | replay | none              | some                 | Corrupt
/// </code>
/// </summary>
internal static class LogDecision
{
    public static LogOutcome Decide(bool logNamed, LogPolicy policy, LogContent content, bool anySectorNamesLog) =>
        (logNamed, policy, content, anySectorNamesLog) switch
        {
            (false, _, _, _) => LogOutcome.Clean,
            (true, LogPolicy.Ignore, _, _) => LogOutcome.Ignored,
            (true, LogPolicy.ReplayInMemory, LogContent.Updates, _) => LogOutcome.Replay,
            (true, LogPolicy.ReplayInMemory, LogContent.OnlyEmptyEntries, _) => LogOutcome.NothingToReplay,
            (true, LogPolicy.ReplayInMemory, LogContent.NoSequence, false) => LogOutcome.NamedButEmpty,
            (true, LogPolicy.ReplayInMemory, LogContent.NoSequence, true) => LogOutcome.Corrupt,
            _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "unknown policy or content"),
        };

    public static LogContent ContentOf(ActiveSequence? sequence)
    {
        if (sequence is null)
        {
            return LogContent.NoSequence;
        }

        for (int i = sequence.TailIndex; i < sequence.Run.Count; i++)
        {
            if (sequence.Run[i].Header.DescriptorCount > 0)
            {
                return LogContent.Updates;
            }
        }

        return LogContent.OnlyEmptyEntries;
    }
}
