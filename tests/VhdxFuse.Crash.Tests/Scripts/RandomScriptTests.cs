using System.Linq;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Long scripts by seeded chance on every setting.</summary>
public sealed class RandomScriptTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("dynamic")]
    [InlineData("two pages")]
    [InlineData("dirty space")]
    [InlineData("odd length")]
    [InlineData("child")]
    [InlineData("child without bitmap")]
    public void Chance_finds_nothing(string name)
    {
        Setting setting = Settings.Named(name);
        var search = new Search(new RunOptions());
        string? failure = search.FirstFailure(
            from seed in Enumerable.Range(1, 40)
            select (setting, ScriptSource.Random((ulong)seed, setting)));
        output.WriteLine($"{search.Tally}");
        Assert.Null(failure);
    }
}
