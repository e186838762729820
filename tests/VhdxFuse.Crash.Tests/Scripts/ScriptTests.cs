using System;
using System.Linq;
using Xunit;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Scripts as text, as chance makes them, and smaller.</summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData("w1 w1.4 w0.3+2 z2 z2.0 f c m x k p3")]
    [InlineData("f{sync1:w2;log1:f;7:z1.0+3} f!k7!p12.3 x{home2:f}!k1")]
    [InlineData("")]
    public void A_script_is_read_as_it_is_written(string text) => Assert.Equal(text, Script.Parse(text).ToString());

    [Theory]
    [InlineData("q")]
    [InlineData("w1.")]
    [InlineData("f{sync1}")]
    public void What_is_no_step_is_refused(string text) => Assert.ThrowsAny<Exception>(() => Script.Parse(text));

    [Fact]
    public void Chance_repeats_and_its_scripts_can_be_read_back()
    {
        for (ulong seed = 0; seed < 500; seed++)
        {
            string text = ScriptSource.Random(seed, Settings.Child).ToString();
            Assert.Equal(text, ScriptSource.Random(seed, Settings.Child).ToString());
            Assert.Equal(text, Script.Parse(text).ToString());
        }
    }

    [Fact]
    public void All_short_scripts_are_made_once() =>
        Assert.Equal(
            "w0 w0, w0 f, f w0, f f", string.Join(", ", ScriptSource.All(2, "w0", "f").Select(script => $"{script}")));

    [Fact]
    public void A_smaller_script_lacks_one_thing() =>
        Assert.Equal(
            "f{sync1:w1}!k3, w0, w0 f!k3, w0 f{sync1:w1}",
            string.Join(", ", Script.Parse("w0 f{sync1:w1}!k3").Smaller().Select(script => $"{script}")));

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
    [InlineData("scattered")]
    [InlineData("scattered child")]
    public void Every_setting_opens_and_shows_what_it_should(string name)
    {
        var judge = new ImageJudge(Settings.Named(name), new Tally());
        Reading reading = judge.Read(judge.Setting.Image, inDepth: true);
        Assert.Null(reading.Problem);
        Assert.DoesNotContain(reading.Values, value => value >= SectorValue.FirstStale);
        Assert.Equal(
            name.Contains("child", StringComparison.Ordinal),
            reading.Values.Any(value => value == SectorValue.FirstOriginal + 4));
    }

    [Fact]
    public void A_history_allows_the_flushed_version_and_later_ones_and_no_other()
    {
        var judge = new ImageJudge(Settings.Dynamic, new Tally());
        Reading start = judge.Read(judge.Setting.Image, inDepth: false);
        var history = new DiskHistory(start);
        history.BeginSession(start.Values, isSettled: true);
        long first = history.BeginWrite([0], 1);
        history.EndWrite(first);
        long[] covered = history.BeginFlush();
        history.BeginWrite([0], 2);
        var next = new Guid(1, 2, 3, 0x80, 0, 0, 0, 0, 0, 0, 4);
        Assert.Null(history.Judge(With(0, start.DataWriteGuid), judge.Setting.Sectors));
        Assert.NotNull(history.Judge(With(1, start.DataWriteGuid), judge.Setting.Sectors)); // under the old identity
        Assert.Null(history.Judge(With(1, next), judge.Setting.Sectors));
        Assert.Null(history.Judge(With(2, next), judge.Setting.Sectors));
        Assert.NotNull(history.Judge(With(3, next), judge.Setting.Sectors));
        history.EndFlush(covered);
        Assert.NotNull(history.Judge(With(0, next), judge.Setting.Sectors));
        Assert.Null(history.Judge(With(1, next), judge.Setting.Sectors));
        Assert.Null(history.Judge(With(2, next), judge.Setting.Sectors));

        Reading With(ulong value, Guid guid) =>
            start with { Values = [value, .. start.Values.Skip(1)], DataWriteGuid = guid };
    }
}
