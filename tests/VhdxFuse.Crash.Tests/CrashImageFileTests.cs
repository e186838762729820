using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx.Layout;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests;

/// <summary>The file of the crash tests against a model of power cuts that keeps every unit of every write and tries
/// every subset.</summary>
public sealed class CrashImageFileTests(ITestOutputHelper output)
{
    private const int Rounds = 400;

    [Fact]
    public void The_images_of_a_small_history_are_exactly_those_of_every_subset()
    {
        int images = 0;
        for (ulong seed = 0; seed < Rounds; seed++)
        {
            (CrashImageFile file, BruteForceFile model) = RandomHistory(seed);
            CrashPoint point = file.Snapshot();
            if (point.Pending.Count > 10)
            {
                continue;
            }

            HashSet<string> found =
                [.. new CrashImages(point, int.MaxValue, seed).All().Select(image => TextOf(image.Bytes))];
            HashSet<string> expected = [.. model.Images().Select(Convert.ToHexString)];
            Assert.True(found.SetEquals(expected), $"seed {seed}: {found.Count} images, expected {expected.Count}");
            Assert.Equal(Convert.ToHexString(model.Cache), TextOf(point.Cache));
            images += found.Count;
        }

        output.WriteLine($"{images} images");
        Assert.True(images > 2_000, $"only {images} images");
    }

    [Fact]
    public void A_flush_covers_what_had_completed_when_it_was_issued()
    {
        var file = new CrashImageFile(CrashPoint.Settled(new PagedBytes()));
        file.SetLength(4096);
        file.Watch = (operation, phase) =>
        {
            if (operation.Kind == FileOperationKind.Flush && phase != FilePhase.After)
            {
                file.Watch = phase == FilePhase.Issued ? null : file.Watch;
                file.Write(new FileOffset(phase == FilePhase.Before ? 0 : 512), Filled(1));
            }
        };
        file.Flush();
        CrashPoint point = file.Snapshot();
        Assert.Equal(4096, point.Durable.LengthBytes);
        Assert.Equal(1, point.Durable.PageAt(0)[0]);
        Assert.Equal(0, point.Durable.PageAt(0)[512]);
        Assert.Equal(512, Assert.Single(point.Pending).At);
    }

    [Fact]
    public void A_flush_that_returns_late_covers_no_more_and_takes_nothing_back()
    {
        var file = new CrashImageFile(CrashPoint.Settled(new PagedBytes()));
        file.Write(default, Filled(1));
        bool isOuter = true;
        file.Watch = (operation, phase) =>
        {
            if (operation.Kind == FileOperationKind.Flush && phase == FilePhase.Issued && isOuter)
            {
                isOuter = false;
                file.Write(default, Filled(2));
                file.Flush();
                file.Write(default, Filled(3));
            }
        };
        file.Flush();
        CrashPoint point = file.Snapshot();
        Assert.Equal(2, point.Durable.PageAt(0)[0]);
        Assert.Equal(3, Assert.Single(point.Pending).Bytes!.Value.Span[0]);
    }

    [Fact]
    public void A_process_that_takes_over_finds_the_cache_and_what_was_pending()
    {
        var first = new CrashImageFile(CrashPoint.Settled(new PagedBytes()));
        first.Write(default, Filled(1));
        var second = new CrashImageFile(first.Snapshot());
        byte[] read = new byte[1];
        Assert.Equal(1, second.Read(default, read));
        Assert.Equal(1, read[0]);
        Assert.Contains(new CrashImages(second.Snapshot(), 100, 0).All(), image => image.Bytes.LengthBytes == 0);
        second.Flush();
        Assert.Single(new CrashImages(second.Snapshot(), 100, 0).All());
    }

    [Fact]
    public void A_kept_write_past_a_lost_length_vanishes_or_carries_an_odd_length()
    {
        var file = new CrashImageFile(CrashPoint.Settled(new PagedBytes()));
        file.SetLength(1 << 20);
        file.Write(new FileOffset(1024), Filled(1));
        IEnumerable<long> lengths =
            new CrashImages(file.Snapshot(), 100, 0).All().Select(image => image.Bytes.LengthBytes).Distinct().Order();
        Assert.Equal([0, 1536, 1 << 20], lengths); // vanished, carried, nothing lost
    }

    [Theory]
    [InlineData(40)]
    [InlineData(400)]
    public void Many_units_are_tried_up_to_the_budget_and_always_the_same(int budget)
    {
        CrashPoint point = ManyUnits().Snapshot();
        UInt128[] first = [.. new CrashImages(point, budget, 7).All().Select(image => image.Bytes.Hash)];
        UInt128[] second = [.. new CrashImages(point, budget, 7).All().Select(image => image.Bytes.Hash)];
        Assert.Equal(first, second);
        Assert.InRange(first.Length, budget, budget + 1);
        Assert.Equal(first.Length, first.Distinct().Count());
    }

    [Fact]
    public void Bytes_of_equal_content_have_equal_hashes_however_they_came_about()
    {
        var one = new PagedBytes();
        one.Write(100, Filled(5));
        one.Write(9000, Filled(6));
        one.Clear(9000, 512);
        one.SetLength(20_000);
        PagedBytes other = new PagedBytes().Clone();
        other.SetLength(20_000);
        other.Write(100, Filled(5));
        Assert.Equal(one.Hash, other.Hash);
        PagedBytes copy = other.Clone();
        copy.Write(100, Filled(4));
        Assert.NotEqual(copy.Hash, other.Hash);
        Assert.Equal(one.Hash, other.Hash);
        Assert.Equal(20_000, copy.NextData(4096));
    }

    private static CrashImageFile ManyUnits()
    {
        var file = new CrashImageFile(CrashPoint.Settled(new PagedBytes()));
        file.SetLength(1 << 20);
        file.Flush();
        for (int i = 0; i < 40; i++)
        {
            file.Write(new FileOffset(i * 8192), Filled((byte)(i + 1)));
        }

        return file;
    }

    private static (CrashImageFile File, BruteForceFile Model) RandomHistory(ulong seed)
    {
        var dice = new Dice(seed);
        var file = new CrashImageFile(CrashPoint.Settled(new PagedBytes()));
        var model = new BruteForceFile();
        for (int step = 0; step < 6; step++)
        {
            int at = dice.Below(8) * 256;
            int length = (1 + dice.Below(4)) * 256;
            switch (dice.Below(6))
            {
                case 0 or 1 or 2:
                    byte[] bytes = new byte[length];
                    bytes.AsSpan().Fill((byte)dice.Below(3));
                    file.Write(new FileOffset(at), bytes);
                    model.Write(at, bytes);
                    break;
                case 3:
                    file.WriteZeros(new FileOffset(at), length);
                    model.Write(at, new byte[length]);
                    break;
                case 4:
                    file.SetLength(at);
                    model.SetLength(at);
                    break;
                default:
                    file.Flush();
                    model.Flush();
                    break;
            }
        }

        return (file, model);
    }

    private static byte[] Filled(byte value)
    {
        byte[] bytes = new byte[512];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static string TextOf(PagedBytes bytes)
    {
        byte[] all = new byte[bytes.LengthBytes];
        bytes.Read(0, all);
        return Convert.ToHexString(all);
    }
}
