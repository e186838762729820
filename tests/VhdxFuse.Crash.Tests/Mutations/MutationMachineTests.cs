using System;
using Xunit;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>Whether mutants are really made and really run.</summary>
public sealed class MutationMachineTests
{
    private static readonly Lazy<EngineCompiler> Compiler = new(() => new EngineCompiler());

    private static readonly Mutation WrongChecksum = new(
        "the checksum isn't inverted at the end",
        "R-HDR-1",
        [new Edit("Format/Crc32C.cs", "CurrentValue => ~_state", "CurrentValue => _state")],
        ["dynamic | | w0.0 f"]);

    [Fact]
    public void The_engine_compiled_from_its_source_passes() =>
        Assert.Null(new MutantContext(Compiler.Value.Compile()).FirstFailure(["dynamic | |", "child | |"], 0));

    [Fact]
    public void A_mutant_is_caught()
    {
        byte[] mutant = Compiler.Value.Compile(WrongChecksum);
        string? failure = new MutantContext(mutant).FirstFailure([.. WrongChecksum.Scenarios], 0);
        Assert.NotNull(failure);
        Assert.Contains("engine: ", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no such text")]
    [InlineData("uint")]
    public void A_mutation_that_doesnt_match_the_source_once_is_an_error(string find) =>
        Assert.Throws<InvalidOperationException>(() => Compiler.Value.Compile(
            WrongChecksum with { Edits = [new Edit("Format/Crc32C.cs", find, "")] }));
}
