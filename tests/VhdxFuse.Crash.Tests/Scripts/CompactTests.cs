using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Operations;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Compacting is cut off and killed everywhere: the disk is the same under the same identity, and compacting
/// what is left comes to the same end.</summary>
public sealed class CompactTests(ITestOutputHelper output)
{
    private const int ScriptsPerSetting = 10;
    private const int ImagesPerPoint = 30;
    private const int LeastImages = 5_000;

    private static readonly string[] Directed =
        ["m", "m!k# w1.0 f", "m!p#.2 m", "w4 z2 f m!k# m!p#.1", "w1.0 w4.0 m w2 f x m", "z3 m w0.0!k3 m"];

    [Theory]
    [InlineData("scattered")]
    [InlineData("scattered child")]
    [InlineData("dirty space")]
    [InlineData("two pages")]
    [InlineData("odd child")]
    public void No_accident_in_or_after_compacting_loses_anything(string name)
    {
        Setting[] settings = [.. ((int?[])[7, 9, null]).Select(lap => Settings.Named(name) with { LapSectors = lap })];
        var search = new Search(new RunOptions { ImagesPerCut = 30 });
        string? failure = search.FirstFailure(
            from text in Directed.SelectMany(ScriptSource.Expand)
            select (settings[0], Script.Parse(text)));
        failure ??= search.FirstFailure(
            from seed in Enumerable.Range(1, ScriptsPerSetting)
            let setting = settings[seed % settings.Length]
            select (setting, ScriptSource.Compacting((ulong)seed, setting)));
        output.WriteLine($"{search.Tally}");
        Assert.Null(failure);
        Assert.True(search.Tally.Images >= LeastImages, "too few images");
    }

    [Theory]
    [InlineData("scattered", 7)] // 4 MiB of structures, 3 blocks
    [InlineData("scattered child", 8)] // a bitmap block too
    public void Compacting_what_an_accident_left_comes_to_the_same_end(string name, long lengthMiB)
    {
        var judge = new ImageJudge(Settings.Named(name), new Tally());
        Reading start = judge.Start;
        List<CrashPoint> points = [];
        var file = new CrashImageFile(CrashPoint.Settled(judge.Setting.Image));
        file.Watch = (_, phase) =>
        {
            if (phase == FilePhase.Before)
            {
                points.Add(file.Snapshot());
            }
        };
        Compact(judge.Setting, file);
        Assert.Equal(lengthMiB * Units.MiB, file.LengthBytes);
        points.Add(file.Snapshot());
        PagedBytes[] images =
        [
            .. points
                .SelectMany((point, i) => ImageJudge.ImagesOf(point, ImagesPerPoint, (ulong)i)
                    .Select(image => image.Bytes).Append(point.Cache))
                .DistinctBy(bytes => bytes.Hash),
        ];
        foreach (PagedBytes image in images)
        {
            Reading left = judge.Read(image, inDepth: false);
            Assert.Null(left.Problem);
            Assert.True(left.ShowsAs(start));
            var again = new CrashImageFile(CrashPoint.Settled(image));
            Compact(judge.Setting, again);
            Assert.Equal(lengthMiB * Units.MiB, again.LengthBytes);
            Reading end = judge.Read(again.Snapshot().Cache, inDepth: true);
            Assert.Null(end.Problem);
            Assert.True(end.ShowsAs(start));
        }

        output.WriteLine($"{points.Count} crash points, {images.Length} images compacted again");
        Assert.True(images.Length > points.Count, "too few images");
    }

    private static void Compact(Setting setting, CrashImageFile file)
    {
        using DifferencingChain chain = Engine.OpenWritable(setting, file, new CountingGuids(7));
        Compactor.Compact(chain, new CompactOptions());
    }
}
