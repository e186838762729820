using System.Linq;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Long scripts by seeded chance on every setting, with laps of the log from very short to whole.</summary>
public sealed class RandomScriptTests(ITestOutputHelper output)
{
    private const int ScriptsPerSetting = 50;
    private const int LeastImages = 15_000;
    private static readonly int?[] Laps = [7, 8, 9, 10, 11, 12, null];

    [Theory]
    [InlineData("dynamic")]
    [InlineData("tight")]
    [InlineData("two pages")]
    [InlineData("dirty space")]
    [InlineData("odd length")]
    [InlineData("child")]
    [InlineData("child without bitmap")]
    [InlineData("odd child")]
    [InlineData("roomy child")]
    public void Chance_finds_nothing(string name)
    {
        Setting[] settings = [.. Laps.Select(lap => Settings.Named(name) with { LapSectors = lap })];
        var search = new Search(new RunOptions());
        string? failure = search.FirstFailure(
            from seed in Enumerable.Range(1, ScriptsPerSetting)
            let setting = settings[seed % settings.Length]
            select (setting, ScriptSource.Random((ulong)seed, setting)));
        output.WriteLine($"{search.Tally}");
        Assert.Null(failure);
        Assert.Equal(ScriptsPerSetting, search.Tally.Scripts);
        Assert.True(search.Tally.Images >= LeastImages, "too few images");
    }
}
