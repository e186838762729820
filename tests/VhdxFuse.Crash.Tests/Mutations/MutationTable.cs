using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>
/// Every step of the protocol, left out or done wrong: what the crash tests must catch. A scenario is
/// <c>setting | sectors of a lap | script</c>; <c>#</c> in a script stands for every number from 1 to 24.
/// </summary>
/// <remarks>A spare sector for an entry that moves the Tail (D-14) has no mutation: a log that never wraps needs
/// none, and every lap of seven sectors shows that it always goes on.</remarks>
internal static class MutationTable
{
    private const string Journal = "Journal/MetadataJournal.cs";

    /// <summary>The mistakes that must be caught.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
    [
        .. LogMutations.All,
        .. FlushMutations.All,
        .. SpaceMutations.All,
        .. SessionMutations.All,
        .. CompactMutations.All,
    ];

    /// <summary>What may be done as well: no crash can tell.</summary>
    public static IReadOnlyList<Mutation> Harmless { get; } =
    [
        new(
            "one header update instead of two",
            "D-18",
            [
                new(
                    Journal,
                    "_headers.Update(named);\n        Flushes.Flush();\n        _headers.Update(named);\n",
                    "_headers.Update(named);\n"),
            ],
            ["dynamic | | w0.0 f w1.0 f x w2.0 f x", "child | | w0.0 f x w4.0 f"]),
    ];
}
