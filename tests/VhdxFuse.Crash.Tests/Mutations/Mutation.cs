using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>One mistake in the engine that the crash tests must notice.</summary>
/// <param name="Name">The mistake.</param>
/// <param name="Rule">What it breaks.</param>
/// <param name="Edits">The mistake as a change of the source; more than one where a promise is kept in two
/// places.</param>
/// <param name="Scenarios">What is run first, as <see cref="MutantHarness"/> reads it; then scripts by chance.</param>
internal sealed record Mutation(
    string Name, string Rule, IReadOnlyList<Edit> Edits, IReadOnlyList<string> Scenarios)
{
    public override string ToString() => $"{Name} ({Rule})";
}
