using System.Linq;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>
/// The process is killed before every single operation on the file, the cache is kept, and the next session goes to
/// work: it replays what it finds, writes and flushes, with the power cut at each of its own flushes.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int LeastImages = 20_000;
    private const string EveryKill = "w0 f w1.0 z0 f c w2.0 f x w0.1 f x";

    // Killed twice: inside a close, inside the replay that follows a kill, inside the start of a session.
    private static readonly string[] TwoAccidents =
    [
        "w0.0 f x!k# w1.0 f",
        "w0.0 f k!k# w1.0 f x",
        "w0.0!k# w2.0 f",
        "w0 f{sync1:w1.0}!k# w1 f",
        "w0.0 f x!p#.2 w1.0 f",
    ];

    [Theory]
    [InlineData("tight", null)]
    [InlineData("two pages", 7)]
    [InlineData("dirty space", null)]
    [InlineData("child", 7)]
    public void A_killed_session_leaves_a_file_that_the_next_can_go_on_with(string name, int? lapSectors)
    {
        Setting setting = Settings.Named(name) with { LapSectors = lapSectors };
        var search = new Search(new RunOptions { TakeoverOneIn = 1, ImagesPerCut = 40 });
        string? failure = search.Run(setting, Script.Parse(EveryKill));
        var second = new Search(new RunOptions { TakeoverOneIn = 16, ImagesPerCut = 40, DeepOneIn = 32 });
        failure ??= second.FirstFailure(
            from text in TwoAccidents.SelectMany(ScriptSource.Expand)
            select (setting, Script.Parse(text)));
        output.WriteLine($"every kill: {search.Tally}; two accidents: {second.Tally}");
        Assert.Null(failure);
        Assert.True(search.Tally.Images + second.Tally.Images >= LeastImages, "too few images");
    }
}
