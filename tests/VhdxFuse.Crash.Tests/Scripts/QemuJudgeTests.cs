using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>QEMU itself as the judge of a sample of what accidents leave: it replays our log, finds nothing wrong with
/// the image, and shows the disk that we show.</summary>
public sealed class QemuJudgeTests(ITestOutputHelper output)
{
    private const int ImagesPerPoint = 12;
    private const int Sample = 24;
    private const int Seed = 5;
    private const int MiB = 1 << 20;

    [RequiresTheory(Need.None, "qemu-img")]
    [InlineData("dynamic")]
    [InlineData("tight")]
    [InlineData("two pages")]
    public void Qemu_replays_what_a_power_cut_left_and_shows_the_same_disk(string name)
    {
        Setting setting = Settings.Named(name) with { LapSectors = 7 };
        List<PagedBytes> images = [.. CrashPointsOf(setting)
            .SelectMany((point, i) => ImageJudge.ImagesOf(point, ImagesPerPoint, (ulong)i))
            .Select(image => image.Bytes)
            .DistinctBy(bytes => bytes.Hash)];
        var dice = new Random(Seed);
        PagedBytes[] sample = [.. images.OrderBy(_ => dice.Next()).Take(Sample)];
        using var folder = new ScratchFolder();
        string file = folder.File("crash.vhdx");
        string raw = folder.File("disk.raw");
        foreach (PagedBytes image in sample)
        {
            Save(image, file);
            SaveDisk(setting, image, raw);
            _ = ToolRun.Expect("qemu-img", "check", "-q", "-r", "all", "-f", "vhdx", file);
            _ = ToolRun.Expect("qemu-img", "compare", "-q", "-f", "raw", "-F", "vhdx", raw, file);
        }

        output.WriteLine($"{sample.Length} of {images.Count} images");
        Assert.Equal(Sample, sample.Length);
    }

    // Before each flush of the file, and after the last one.
    private static List<CrashPoint> CrashPointsOf(Setting setting)
    {
        var file = new CrashImageFile(CrashPoint.Settled(setting.Image));
        List<CrashPoint> points = [];
        file.Watch = (operation, phase) =>
        {
            if (operation.Kind == FileOperationKind.Flush && phase == FilePhase.Before)
            {
                points.Add(file.Snapshot());
            }
        };
        using DifferencingChain chain = Engine.OpenWritable(setting, file, new CountingGuids(1));
        byte[] bytes = new byte[2 * SectorValue.SectorBytes];
        for (int step = 0; step < 8; step++)
        {
            long block = setting.Blocks[step % setting.Blocks.Count];
            bytes.AsSpan().Fill((byte)(step + 1));
            chain.Disk.Write((block * MiB) + (step * 512), bytes);
            if (step % 3 == 2)
            {
                chain.Disk.WriteZeros(block * MiB, MiB);
            }

            chain.Disk.Flush();
        }

        points.Add(file.Snapshot());
        return points;
    }

    private static void Save(PagedBytes image, string path)
    {
        using FileStream stream = File.Create(path);
        stream.SetLength(image.LengthBytes);
        byte[] page = new byte[PagedBytes.PageBytes];
        foreach (long at in image.PagePlaces)
        {
            int count = image.Read(at, page);
            stream.Position = at;
            stream.Write(page, 0, count);
        }
    }

    private static void SaveDisk(Setting setting, PagedBytes image, string path)
    {
        using DifferencingChain chain = Engine.OpenForReading(setting, image);
        using FileStream stream = File.Create(path);
        stream.SetLength(chain.Disk.LengthBytes);
        byte[] part = new byte[MiB];
        for (long? at = chain.Disk.NextData(0); at is { } start; at = Next(chain.Disk, start + MiB))
        {
            int count = (int)long.Min(MiB, chain.Disk.LengthBytes - start);
            chain.Disk.Read(start, part.AsSpan(0, count));
            stream.Position = start;
            stream.Write(part, 0, count);
        }
    }

    private static long? Next(VirtualDisk disk, long from) => from < disk.LengthBytes ? disk.NextData(from) : null;
}
