using System;
using System.Linq;
using VhdxFuse.Support;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>The crash tests bite: each mistake in the engine is caught, and the same scenarios find nothing wrong with
/// the engine as it is.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int RandomScripts = 200;
    private const int RandomScriptsOfTheHarmless = 10;
    private static readonly Lazy<EngineCompiler> Compiler = new(() => new EngineCompiler());

    public static TheoryData<string> Names => [.. MutationTable.All.Select(mutation => mutation.Name)];

    [Theory]
    [Rule("D-7", "D-12", "D-13")]
    [MemberData(nameof(Names))]
    public void A_mistake_is_caught(string name)
    {
        Mutation mutation = MutationTable.All.Single(mutation => mutation.Name == name);
        string? failure = FailureOf(mutation, RandomScripts);
        output.WriteLine($"{mutation}: {failure ?? "not caught"}");
        Assert.NotNull(failure);
    }

    [Fact]
    [Rule("D-18")]
    public void What_may_be_left_out_is_not_called_a_mistake()
    {
        foreach (Mutation mutation in MutationTable.Harmless)
        {
            Assert.Null(FailureOf(mutation, RandomScriptsOfTheHarmless));
        }
    }

    [Fact]
    public void The_engine_passes_all_these_scenarios()
    {
        string[] scenarios =
        [
            .. MutationTable.All.SelectMany(mutation => mutation.Scenarios).Distinct(StringComparer.Ordinal),
        ];
        Assert.Null(MutantHarness.FirstFailure(scenarios, 0));
        output.WriteLine($"{MutationTable.All.Count} mutations, {scenarios.Length} scenarios");
        Assert.True(MutationTable.All.Count >= 30, "mutations are missing");
    }

    private static string? FailureOf(Mutation mutation, int randomScripts) =>
        new MutantContext(Compiler.Value.Compile(mutation)).FirstFailure([.. mutation.Scenarios], randomScripts);
}
