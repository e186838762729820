using System;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using VhdxFuse.Vhdx.Tests.Writing;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Operations;

/// <summary>What the random sequences don't reach: large tables, refusals, order, faults.</summary>
public sealed class ResizerTests
{
    private const int MiB = 1 << 20;
    private const long GiB = 1024L * MiB;
    private const long Large = 200 * GiB; // more entries than a table of 1 MiB holds

    [Fact]
    [Rule("R-RSZ-3")]
    public void A_table_that_has_no_room_moves_and_takes_everything_along()
    {
        using WritableDisk disk = WritableDisk.Of(new ImageBuilder());
        disk.Write(0, 4096, 1);
        disk.Write(7 * MiB, 4096, 2);
        disk.Resize(Large);
        ImageRegion moved = BatOf(disk.Chain.Layers[0]);
        Assert.NotEqual(3 * MiB, moved.Start.Value);
        Assert.Equal(2 * MiB, moved.LengthBytes);
        disk.Write(Large - 4096, 4096, 3);
        disk.Write(8 * MiB, 4096, 4);
        foreach (bool reopens in (bool[])[false, true])
        {
            if (reopens)
            {
                disk.Reopen();
                Assert.Equal(moved, BatOf(disk.Chain.Layers[0]));
            }

            AssertReads(disk, [0, 4096, 7 * MiB, 8 * MiB, 9 * MiB, GiB, Large - 8192, Large - 4096]);
            Assert.Equal(4 * 1048576L, disk.Disk.MeasureAllocatedBytes());
        }

        AssertClean(disk);
    }

    /// <summary>There is no second region table to fall back to unless both are right.</summary>
    [Fact]
    [Rule("R-RSZ-3")]
    public void A_moved_table_is_named_by_both_region_tables_and_a_damaged_one_is_whole_again()
    {
        var builder = new ImageBuilder { DamageRegionTable = (copy, bytes) => bytes[9000] ^= (byte)copy };
        using WritableDisk disk = WritableDisk.Of(builder);
        disk.Write(0, 4096, 1);
        disk.Resize(Large);
        disk.Chain.Close();
        byte[] first = new byte[RegionTable.SizeBytes];
        byte[] second = new byte[RegionTable.SizeBytes];
        disk.File.Read(RegionLayout.FirstTable, first);
        disk.File.Read(RegionLayout.SecondTable, second);
        Assert.True(RegionTable.IsValid(first));
        Assert.Equal(first, second);
        AssertClean(disk);
    }

    [Theory]
    [InlineData(16 * GiB)]
    [InlineData(Large)]
    [Rule("R-RSZ-4")]
    public void A_child_shows_zeros_and_not_what_its_parent_has_behind_its_old_end(long newSize)
    {
        using WritableDisk disk = NewChild(parentBytes: newSize - MiB, childBytes: 8 * MiB);
        disk.Resize(newSize);
        AssertReads(disk, [0, 8 * MiB, GiB, newSize - (2 * MiB), newSize - MiB, newSize - 4096]);
        disk.Write(newSize - 4096, 4096, 9);
        disk.Reopen();
        AssertReads(disk, [0, 8 * MiB, GiB, newSize - (2 * MiB), newSize - MiB, newSize - 4096]);
        AssertClean(disk);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(140_000)] // more entries than a table of 1 MiB holds
    [Rule("R-RSZ-6")]
    public void New_blocks_of_a_fixed_image_are_there_in_space_that_reads_as_zeros(int newMiB)
    {
        using WritableDisk disk = NewFixed();
        disk.Resize((long)newMiB * MiB);
        disk.Chain.Close();
        CheckReport report = ImageChecker.Check(disk.File);
        Assert.True(report.IsClean);
        Assert.Equal(newMiB, report.Blocks!.FullyPresentCount);
        disk.Restart();
        AssertReads(disk, [0, 3 * MiB, 4 * MiB, 19 * MiB]);
        disk.Resize(2 * MiB);
        disk.Chain.Close();
        Assert.InRange(disk.File.LengthBytes, 5 * MiB, 10 * MiB); // the space at the end is given back
        AssertClean(disk);
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(140_000, 0)] // more entries than a table of 1 MiB holds
    [InlineData(5, 20)]
    [Rule("R-FP-2", "R-WR-3")]
    public void A_grown_fixed_image_ends_behind_what_it_uses_and_is_never_shorter_than_it_was(int newMiB, int tailMiB)
    {
        using WritableDisk disk = NewFixed();
        long before = disk.File.LengthBytes + ((long)tailMiB * MiB) + 4096;
        disk.File.SetLength(before);
        disk.Resize((long)newMiB * MiB);
        disk.Chain.Close();
        CheckReport report = ImageChecker.Check(disk.File);
        Assert.True(report.IsClean);
        long used = disk.Chain.Layers[0].Writer!.Space.End.Value;
        Assert.Equal(long.Max(before, used), disk.File.LengthBytes);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(140_000)] // with a table that must move
    [Rule("R-RSZ-6", "R-FP-2")]
    public void A_fixed_image_whose_growth_is_stopped_is_as_long_as_before(int newMiB)
    {
        using WritableDisk disk = NewFixed();
        long before = disk.File.LengthBytes;
        Assert.Throws<OperationCanceledException>(() => Resizer.Resize(disk.Chain, new ResizeOptions
        {
            DiskSizeBytes = (long)newMiB * MiB,
            Report = done => _ = done < 50L * MiB ? done : throw new OperationCanceledException(),
        }));
        Assert.True(disk.File.LengthBytes > before);
        disk.Chain.Close();
        Assert.Equal(before, disk.File.LengthBytes);
        disk.Reopen();
        Assert.Null(disk.FirstDifference());
        AssertClean(disk);
    }

    [Fact]
    [Rule("R-RSZ-2")]
    public void What_a_table_holds_behind_its_entries_never_becomes_a_block()
    {
        var builder = new ImageBuilder { DiskSize = 8 * MiB };
        for (int index = 8; index < 5000; index++)
        {
            builder.Bat[index] = 0xFFFF_FFFF_FFFF_FFFF;
        }

        using WritableDisk disk = WritableDisk.Of(builder);
        disk.Resize(4000L * MiB);
        AssertReads(disk, [0, 8 * MiB, 3999L * MiB]);
        Assert.Equal(0, disk.Disk.MeasureAllocatedBytes());
        disk.Reopen();
        AssertClean(disk);
    }

    [Fact]
    [Rule("R-RSZ-5")]
    public void A_disk_that_would_lose_data_isnt_touched_and_the_place_of_the_first_is_told()
    {
        using WritableDisk disk = WritableDisk.Of(new ImageBuilder().AddBlock(5, [.. new byte[999], 1]));
        VhdxException refused = Assert.Throws<VhdxException>(() =>
            Resizer.Resize(disk.Chain, new ResizeOptions { DiskSizeBytes = 5 * MiB }));
        Assert.Equal(VhdxErrorKind.WouldLoseData, refused.Kind);
        Assert.Contains("0x5003e7", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, disk.File.Writes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-512)]
    [InlineData(MiB + 1)]
    [InlineData((64L << 40) + 512)]
    [Rule("R-RSZ-1")]
    public void A_size_that_no_disk_has_is_refused(long size)
    {
        using WritableDisk disk = WritableDisk.Of(new ImageBuilder());
        Assert.Throws<ArgumentException>(() =>
            Resizer.Resize(disk.Chain, new ResizeOptions { DiskSizeBytes = size }));
        Assert.Equal(0, disk.File.Writes);
    }

    [Fact]
    [Rule("R-RSZ-1", "R-RSZ-2", "R-RSZ-4")]
    public void The_size_is_logged_when_what_it_uncovers_is_durably_zero()
    {
        var builder = new ImageBuilder { DiskSize = (2 * MiB) + 4096 };
        builder.AddBlock(2, 7);
        var file = new TracedImageFile(builder.Build());
        using var chain = DifferencingChain.Open(file, new MemoryParentSource(), Writable);
        Resizer.Resize(chain, new ResizeOptions { DiskSizeBytes = 8 * MiB });
        Assert.Equal(
            "flush | header 1 | log 0+1 | flush | header 2 | flush | header 1 | flush | zero 4 | flush | log 1+2 | "
            + "flush",
            file.TakeSteps());
    }

    [Fact]
    [Rule("R-WR-11", "R-RSZ-3")]
    public void No_entry_of_the_log_aims_at_the_old_table_once_it_has_moved()
    {
        using WritableDisk disk = WritableDisk.Of(new ImageBuilder());
        for (int block = 0; block < 8; block++)
        {
            disk.Write(block * MiB, 4096, 1);
            disk.Disk.Flush();
        }

        disk.Resize(Large);
        disk.Disk.Flush();
        disk.Write(8 * MiB, MiB, 5);
        Assert.Equal(3 * MiB, disk.Chain.Layers[0].Map.Resolve(8 * MiB, MiB).At.Value); // where the old table was
        disk.Disk.Flush();
        LogInspection log = LogInspection.Read(disk.File.ReopenReadOnly());
        Assert.NotEmpty(log.Entries);
        using var reader = DifferencingChain.Open(disk.File.ReopenReadOnly(), disk.Parents, new OpenOptions());
        byte[] bytes = new byte[10 * MiB];
        reader.Disk.Read(0, bytes);
        Assert.Equal(disk.Model.Read(0, bytes.Length), bytes);
    }

    [Theory]
    [InlineData(ImageKind.Dynamic, Large, 0)]
    [InlineData(ImageKind.Fixed, 40 * MiB, 0)]
    [InlineData(ImageKind.Fixed, 40 * MiB, 20 * MiB)]
    [InlineData(ImageKind.Fixed, Large, 20 * MiB)]
    public void A_full_disk_leaves_size_and_content_as_they_were(ImageKind kind, long newSize, long spareBytes)
    {
        MemoryImageFile memory = kind == ImageKind.Fixed ? FixedDraft().Build() : new ImageBuilder().Build();
        long length = memory.LengthBytes;
        var file = new HookedImageFile(memory) { CapacityBytes = length + spareBytes };
        using var chain = DifferencingChain.Open(file, new MemoryParentSource(), Writable);
        long size = chain.Disk.LengthBytes;
        VhdxException full = Assert.Throws<VhdxException>(() =>
            Resizer.Resize(chain, new ResizeOptions { DiskSizeBytes = newSize }));
        Assert.Equal(VhdxErrorKind.NoSpace, full.Kind);
        Assert.Equal(size, chain.Disk.LengthBytes);
        chain.Close();
        CheckReport report = ImageChecker.Check(memory);
        Assert.True(report.IsClean);
        Assert.Equal(length, memory.LengthBytes);
        Assert.Equal(size, report.Geometry!.DiskSizeBytes);
    }

    [Theory]
    [InlineData((2 * MiB) + 4096, 8 * MiB)]
    [InlineData((2 * MiB) + 4096, Large)]
    [InlineData(8 * MiB, (2 * MiB) + 4096)]
    public void Whichever_call_fails_the_disk_has_one_of_its_two_sizes(long oldSize, long newSize)
    {
        long calls = 0;
        for (long failed = 1; calls >= failed - 1; failed++)
        {
            var builder = new ImageBuilder { DiskSize = (ulong)oldSize };
            MemoryImageFile memory = builder.AddBlock(0, 1).AddBlock(2, 7).Build();
            var faulty = new FaultyImageFile(memory) { Watched = FileCalls.All & ~FileCalls.Read };
            using (var chain = DifferencingChain.Open(faulty, new MemoryParentSource(), Writable))
            {
                long before = faulty.CallCount;
                faulty.FailedCall = before + failed;
                Exception? error = Record.Exception(() =>
                {
                    Resizer.Resize(chain, new ResizeOptions { DiskSizeBytes = newSize, DiscardsData = true });
                    chain.Close();
                });
                calls = faulty.CallCount - before;
                Assert.True(error is null or VhdxException { Kind: VhdxErrorKind.Io }, error?.ToString());
            }

            using var reader = DifferencingChain.Open(memory, new MemoryParentSource(), new OpenOptions());
            Assert.Contains(reader.Disk.LengthBytes, (long[])[oldSize, newSize]);
            AssertTwoBlocks(reader.Disk, long.Min(oldSize, newSize));
            Assert.True(ImageChecker.Check(memory).IsClean, $"call {failed}");
        }

        Assert.InRange(calls, 10, 200);
    }

    private static OpenOptions Writable => new() { Access = ImageAccess.ReadWrite, Guids = new FixedGuids() };

    private static void AssertTwoBlocks(VirtualDisk disk, long filledBytes)
    {
        byte[] bytes = new byte[long.Min(disk.LengthBytes, 8 * MiB)];
        disk.Read(0, bytes);
        byte[] expected = new byte[bytes.Length];
        expected.AsSpan(0, MiB).Fill(1);
        expected.AsSpan(2 * MiB, (int)long.Min(filledBytes - (2 * MiB), MiB)).Fill(7);
        int known = (int)long.Min(filledBytes, bytes.Length);
        Assert.True(bytes.AsSpan(0, known).SequenceEqual(expected.AsSpan(0, known)));
    }

    private static ImageDraft FixedDraft()
    {
        var draft = new ImageDraft { Kind = ImageKind.Fixed, DiskSizeBytes = 4 * MiB, BlockSizeBytes = MiB };
        draft.Blocks[0] = PayloadBlock.Present(BlockContent.Stamped(1));
        return draft;
    }

    private static WritableDisk NewFixed()
    {
        ImageDraft draft = FixedDraft();
        return new WritableDisk(draft.Build(), draft.ExpectedDisk());
    }

    private static WritableDisk NewChild(long parentBytes, long childBytes)
    {
        var draft = new ImageDraft { Path = "/memory/p.vhdx", DiskSizeBytes = parentBytes, BlockSizeBytes = MiB };
        foreach (long block in (long[])[0, 8, 1024, (parentBytes / MiB) - 1])
        {
            draft.Blocks[block] = PayloadBlock.Present(BlockContent.Stamped((ulong)block));
        }

        ReferenceDisk disk = draft.ExpectedDisk();
        MemoryParentSource parents = new MemoryParentSource().Add(draft.Build());
        draft = draft.NewChild("/memory/c.vhdx");
        draft.DiskSizeBytes = childBytes;
        return new WritableDisk(draft.Build(), draft.ExpectedDisk(disk), parents);
    }

    private static void AssertReads(WritableDisk disk, long[] offsets)
    {
        Assert.Equal(disk.Model.SizeBytes, disk.Disk.LengthBytes);
        byte[] bytes = new byte[4096];
        foreach (long offset in offsets)
        {
            disk.Disk.Read(offset, bytes);
            Assert.True(bytes.AsSpan().SequenceEqual(disk.Model.Read(offset, bytes.Length)), $"at 0x{offset:x}");
        }
    }

    private static void AssertClean(WritableDisk disk)
    {
        disk.Chain.Close();
        CheckReport report = ImageChecker.Check(disk.File);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }

    private static ImageRegion BatOf(VhdxImage image)
    {
        foreach (ImageRegion region in image.Regions)
        {
            if (region.Id == RegionIds.Bat)
            {
                return region;
            }
        }

        throw new InvalidOperationException("no BAT region");
    }
}
