using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>One mistake in the engine that the crash tests must notice.</summary>
/// <param name="Name">The mistake.</param>
/// <param name="Rule">What it breaks.</param>
/// <param name="File">Below src/VhdxFuse.Vhdx.</param>
/// <param name="Find">Stands in the file exactly once.</param>
/// <param name="Replace">Stands there instead.</param>
/// <param name="Scenarios">What is run first, as <see cref="MutantHarness"/> reads it; then scripts by chance.</param>
internal sealed record Mutation(
    string Name, string Rule, string File, string Find, string Replace, IReadOnlyList<string> Scenarios)
{
    public override string ToString() => $"{Name} ({Rule})";
}
