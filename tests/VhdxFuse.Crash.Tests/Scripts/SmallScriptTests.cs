using System.Linq;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Every script of a few steps over a few letters.</summary>
public sealed class SmallScriptTests(ITestOutputHelper output)
{
    private static readonly RunOptions Shallow = new() { ImagesPerCut = 40, DeepOneIn = 32, TakeoverOneIn = 64 };

    [Theory]
    [InlineData("tight", 4, "w0 w1.0 z0 f c x k p1 f{sync1:w1.0}", 300_000)]
    [InlineData("dirty space", 4, "w1.0 w2 z0 f x k p1 f{sync1:w2.0}", 400_000)]
    [InlineData("child", 4, "w0.0 w3.0 z2 f x k f{sync1:w4.0}", 200_000)]
    [InlineData("two pages", 5, "w0.0 w1.0 z0 f x", 200_000)]
    public void No_short_script_fails(string name, int steps, string letters, int leastImages)
    {
        Setting setting = Settings.Named(name) with { LapSectors = 7 };
        Script[] scripts = [.. ScriptSource.All(steps, letters.Split(' '))];
        var search = new Search(Shallow);
        string? failure = search.FirstFailure(from script in scripts select (setting, script));
        output.WriteLine($"{search.Tally}");
        Assert.Null(failure);
        Assert.Equal(scripts.Length, search.Tally.Scripts);
        Assert.True(search.Tally.Images >= leastImages, "too few images");
    }
}
