using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Blocks;

public sealed class BatWalkTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Walk_gives_each_entry_that_is_not_zero_with_its_place_and_what_it_takes()
    {
        var builder = new ImageBuilder { BlockSize = 2 << 20 };
        builder.NameParent(Guid.NewGuid(), "p").AddBlock(1, 1).AddBlock(2, 2, PayloadBlockState.PartiallyPresent);
        builder.SetState(3, PayloadBlockState.Zero).AddBitmap(0);

        BatItem[] items = Walk(builder);

        Assert.Equal([1, 2, 3, 2048], items.Select(item => item.Index.Value));
        Assert.Equal([false, false, false, true], items.Select(item => item.IsSectorBitmap));
        Assert.Equal([1, 2, 3, 0], items.Select(item => item.Block.Value));
        Assert.Equal((3 * MiB) + (2048 * 8), items[3].EntryAt.Value);
        Assert.Equal([4 * MiB, 6 * MiB, 0, 8 * MiB], items.Select(item => item.Start.Value));
        Assert.Equal([2 * MiB, 2 * MiB, 0, MiB], items.Select(item => item.LengthBytes));
        Assert.All(items, item => Assert.Equal(BatDefect.None, item.Defect));
    }

    [Theory]
    [InlineData(0x0000_0004, nameof(BatDefect.UnknownPayloadState), VhdxErrorKind.Corrupt)]
    [InlineData(0x0000_0005, nameof(BatDefect.UnknownPayloadState), VhdxErrorKind.Corrupt)]
    [InlineData(0x0008_0000, nameof(BatDefect.ReservedBits), VhdxErrorKind.Corrupt)]
    [InlineData(0x0040_000E, nameof(BatDefect.ReservedBits), VhdxErrorKind.Corrupt)]
    [InlineData(0x0040_0007, nameof(BatDefect.PartialWithoutParent), VhdxErrorKind.Corrupt)]
    [InlineData(0x0000_0006, nameof(BatDefect.OffsetZero), VhdxErrorKind.Corrupt)]
    [InlineData(0x0400_0000_0000_0006, nameof(BatDefect.BeyondLargestFile), VhdxErrorKind.Corrupt)]
    [InlineData(0xFFFF_FFFF_FFF0_0001, nameof(BatDefect.BeyondLargestFile), VhdxErrorKind.Corrupt)]
    [InlineData(0x0400_0006, nameof(BatDefect.BeyondEndOfFile), VhdxErrorKind.Truncated)]
    [InlineData(0x0020_0006, nameof(BatDefect.OverlapsStructure), VhdxErrorKind.Corrupt)]
    [InlineData(0x0010_0003, nameof(BatDefect.OverlapsStructure), VhdxErrorKind.Corrupt)]
    [Rule("R-BAT-4", "R-BAT-5", "R-BAT-6", "R-BAT-7", "R-BAT-8")]
    public void A_wrong_entry_is_given_with_its_defect_and_the_walk_goes_on(
        ulong raw, string defect, VhdxErrorKind kind)
    {
        var builder = new ImageBuilder();
        builder.AddBlock(6, 6).Bat[2] = raw;
        BatWalk walk = WalkOver(builder.Build());

        BatItem[] items = Items(walk);

        Assert.Equal([2, 6], items.Select(item => item.Index.Value));
        Assert.Equal(defect, items[0].Defect.ToString());
        VhdxException error = walk.Rules.ErrorOf(items[0]);
        Assert.Equal(kind, error.Kind);
        Assert.Equal((3 * MiB) + 16, error.FileOffset!.Value.Value);
        Assert.Contains("payload block 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("R-BAT-7", "R-BAT-9")]
    public void Partial_blocks_need_the_bitmap_of_their_chunk()
    {
        ImageBuilder builder = new ImageBuilder().NameParent(Guid.NewGuid(), "p")
            .AddBlock(1, 1, PayloadBlockState.PartiallyPresent);
        Assert.Equal([BatDefect.PartialWithoutBitmap], Walk(builder).Select(item => item.Defect));
        builder.Bat[4096] = 0x0020_0007;
        Assert.Equal(
            [BatDefect.PartialWithoutBitmap, BatDefect.UnknownBitmapState], Walk(builder).Select(item => item.Defect));
        builder.AddBitmap(0);
        Assert.Equal([BatDefect.None, BatDefect.None], Walk(builder).Select(item => item.Defect));
    }

    [Fact]
    [Rule("R-BAT-10", "T-3")]
    public void Bitmap_slots_of_a_file_without_parent_are_left_out()
    {
        var builder = new ImageBuilder { DiskSize = 4097 * (ulong)MiB };
        builder.Bat[4096] = ulong.MaxValue;
        builder.Bat[4097] = 2;
        Assert.Equal([4096], Walk(builder).Select(item => item.Block.Value));
    }

    [Fact]
    [Rule("R-RD-2", "R-RD-3")]
    public void Only_undefined_and_unmapped_blocks_reserve_the_place_they_name()
    {
        var builder = new ImageBuilder { NextBlock = 8 * MiB };
        for (int state = 0; state < 4; state++)
        {
            builder.SetState(state, (PayloadBlockState)state, (4 + state) * MiB);
        }

        builder.SetState(4, PayloadBlockState.Unmapped, 64 * MiB); // behind the end: nothing is read from it
        BatItem[] items = Walk(builder);

        Assert.Equal([false, true, false, true, true], items.Select(item => item.IsAnchor));
        Assert.Equal([0, MiB, 0, MiB, MiB], items.Select(item => item.LengthBytes));
        Assert.All(items, item => Assert.Equal(BatDefect.None, item.Defect));
    }

    [Fact]
    [Rule("T-4")]
    public void The_last_block_may_end_behind_the_file_when_the_disk_does_not()
    {
        var builder = new ImageBuilder { DiskSize = 6 << 20, BlockSize = 4 << 20, FileLength = 10 * MiB };
        builder.AddBlock(0, 1).AddBlock(1, 2);
        Assert.Equal(BatDefect.None, Walk(builder)[1].Defect);
        builder.FileLength--;
        Assert.Equal(BatDefect.BeyondEndOfFile, Walk(builder)[1].Defect);
    }

    [Fact]
    public void A_table_of_512_MiB_that_is_mostly_hole_costs_a_few_reads()
    {
        var builder = new ImageBuilder { DiskSize = 64UL << 40, BatLength = 513 << 20, NextBlock = 600 * MiB };
        long[] blocks = [0, 40_000_000, (64L << 20) - 1];
        foreach (long block in blocks)
        {
            builder.AddBlock(block, 1);
        }

        MemoryImageFile file = builder.Build();
        BatWalk walk = WalkOver(file);
        file.ResetCounts();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int count = 0;
        foreach (BatItem item in walk)
        {
            Assert.Equal(blocks[count++], item.Block.Value);
        }

        Assert.Equal(3, count);
        Assert.True(file.Reads <= 8, $"{file.Reads} reads");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 1 << 18, $"{allocated} bytes allocated");
    }

    private static BatItem[] Walk(ImageBuilder builder) => Items(WalkOver(builder.Build()));

    private static BatItem[] Items(BatWalk walk)
    {
        var items = new List<BatItem>();
        foreach (BatItem item in walk)
        {
            items.Add(item);
        }

        return [.. items];
    }

    private static BatWalk WalkOver(MemoryImageFile file)
    {
        VhdxImage image = VhdxImage.Open(file, new OpenOptions());
        byte[] table = new byte[RegionTable.SizeBytes];
        file.ReadExactly(RegionLayout.FirstTable, table);
        Assert.True(RegionTable.TryRead(table, out RegionTable regions));
        var log = new FileRange("log", image.Log.Start, MiB);
        RegionLayout layout = RegionLayout.Judge(
            file.Path, RegionLayout.FirstTable, regions, log, file.LengthBytes);
        return new BatWalk(file, image.Geometry, layout);
    }
}
