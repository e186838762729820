using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Operations;

/// <summary>What compacting gives up, what it moves, and what it leaves alone.</summary>
public sealed class CompactorTests
{
    private const long MiB = Units.MiB;
    private const long ChunkBlocks = 4096; // of 1 MiB, with sectors of 512 bytes
    private static readonly CompactOptions Quiet = new();

    [Fact]
    [Rule("R-CMP-1", "R-CMP-2", "R-RD-2", "R-RD-3")]
    public void Only_blocks_with_content_are_left_side_by_side()
    {
        ImageDraft draft = Scattered();
        MemoryImageFile file = draft.Build();

        CompactReport report = Compact(file);

        Assert.Equal(
            new CompactReport
            {
                LengthBeforeBytes = 40 * MiB,
                LengthAfterBytes = 8 * MiB, // 4 of structures, 4 blocks
                ZeroBlockCount = 2,
                AnchorCount = 1,
                SectorBitmapCount = 0,
                MovedCount = 3,
                MovedBytes = 3 * MiB,
            },
            report);
        Assert.Equal(8 * MiB, file.LengthBytes);
        Assert.Empty(ImageChecker.Check(file).Findings); // not even unused space
        AssertShows(file, draft.ExpectedDisk());
        Assert.Equal(0UL, EntryOf(file, draft, 3).FileOffsetMiB); // a place that meant nothing
        Assert.Equal(PayloadBlockState.Unmapped, EntryOf(file, draft, 5).State);
        Assert.Equal(PayloadBlockState.Zero, EntryOf(file, draft, 6).State);
    }

    [Fact]
    [Rule("R-HUP-4", "R-HUP-5")]
    public void The_disk_keeps_its_identity_and_the_file_gets_a_new_one()
    {
        ImageDraft draft = Scattered();
        MemoryImageFile file = draft.Build();
        Compact(file);
        using VhdxImage image = VhdxImage.Open(file.ReopenReadOnly(), new OpenOptions());
        Assert.Equal(draft.DataWriteGuid, image.DataWriteGuid);
        Assert.NotEqual(draft.FileWriteGuid, image.FileWriteGuid);
        Assert.Equal(LogOutcome.Clean, image.Log.Outcome);
    }

    [Fact]
    public void A_child_opens_over_its_compacted_parent_and_shows_the_same_disk()
    {
        ImageDraft parent = Scattered();
        ImageDraft child = parent.NewChild("/memory/child.vhdx");
        child.Blocks[0] = PayloadBlock.Partial(BlockContent.Stamped(9), 0, 77);
        MemoryImageFile parentFile = parent.Build();
        Compact(parentFile);
        AssertShows(
            child.Build(),
            child.ExpectedDisk(parent.ExpectedDisk()),
            new MemoryParentSource().Add(parentFile.ReopenReadOnly()));
    }

    [Fact]
    [Rule("R-CMP-1", "R-BAT-9", "R-SBM-3", "R-WR-11")]
    public void A_block_of_a_child_goes_only_when_all_that_shows_is_zero_and_a_bitmap_when_no_block_needs_it()
    {
        var parent = new ImageDraft
        {
            Path = "/memory/parent.vhdx",
            DiskSizeBytes = (ChunkBlocks + 16) * MiB,
            BlockSizeBytes = (int)MiB,
        };
        parent.Blocks[0] = PayloadBlock.Present(BlockContent.Stamped(1));
        ImageDraft child = parent.NewChild("/memory/child.vhdx");
        child.Blocks[0] = PayloadBlock.Partial(BlockContent.Zeros, 3) with { FileOffsetMiB = 20 };
        child.Blocks[1] = PayloadBlock.Partial(BlockContent.Zeros, 3) with { FileOffsetMiB = 21 };
        child.Blocks[2] = PayloadBlock.Present(BlockContent.Zeros) with { FileOffsetMiB = 22 };
        child.Blocks[ChunkBlocks] = PayloadBlock.Partial(BlockContent.Zeros, 5) with { FileOffsetMiB = 23 };
        child.Blocks[ChunkBlocks + 1] =
            PayloadBlock.Present(BlockContent.Stamped(2)) with { FileOffsetMiB = 24, SetBits = [1, 2] };
        child.Bitmaps[0] = new BitmapBlock { FileOffsetMiB = 30 };
        child.Bitmaps[1] = new BitmapBlock { FileOffsetMiB = 31, Background = 0xFF };
        MemoryImageFile file = child.Build();
        MemoryParentSource parents = new MemoryParentSource().Add(parent.Build());

        CompactReport report = Compact(file, parents);

        Assert.Equal((3, 1), (report.ZeroBlockCount, report.SectorBitmapCount));
        Assert.Equal((3, 7 * MiB), (report.MovedCount, file.LengthBytes)); // 4 of structures
        Assert.Equal(PayloadBlockState.PartiallyPresent, EntryOf(file, child, 0).State);
        Assert.Equal(PayloadBlockState.Zero, EntryOf(file, child, 1).State);
        Assert.Equal(PayloadBlockState.Zero, EntryOf(file, child, 2).State);
        ReferenceDisk expected = child.ExpectedDisk(parent.ExpectedDisk());
        using DifferencingChain chain = DifferencingChain.Open(file.ReopenReadOnly(), parents, new OpenOptions());
        foreach (long block in (ReadOnlySpan<long>)[0, 1, 2, 3, ChunkBlocks, ChunkBlocks + 1, ChunkBlocks + 2])
        {
            byte[] shown = new byte[MiB];
            chain.Disk.Read(block * MiB, shown);
            Assert.True(shown.AsSpan().SequenceEqual(expected.Read(block * MiB, (int)MiB)), $"block {block}");
        }
    }

    /// <summary>The table of a child has whole chunks: entries that no block of the disk has.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rule("R-CMP-1", "R-CMP-2")]
    public void What_entries_behind_the_end_of_a_childs_disk_name_is_given_up(bool isRehearsal)
    {
        var parent = new ImageDraft
        {
            Path = "/memory/parent.vhdx",
            DiskSizeBytes = 5 * MiB,
            BlockSizeBytes = (int)MiB,
        };
        ImageDraft child = parent.NewChild("/memory/child.vhdx");
        child.Blocks[1] = PayloadBlock.Present(BlockContent.Stamped(1)) with { FileOffsetMiB = 11 };
        child.FileLengthBytes = 14 * MiB;
        MemoryImageFile file = child.Build();
        foreach ((long block, PayloadBlockState state, long placeMiB) in ((long, PayloadBlockState, long)[])
            [(6, PayloadBlockState.FullyPresent, 12), (7, PayloadBlockState.Unmapped, 13),
            (8, PayloadBlockState.Zero, 10)])
        {
            file.Write(child.PayloadEntryAt(block), BitConverter.GetBytes(BatEntry.Of(state, placeMiB * MiB).Raw));
        }

        MemoryParentSource parents = new MemoryParentSource().Add(parent.Build());

        CompactReport report = Compact(file, parents, Quiet with { IsRehearsal = isRehearsal });

        Assert.Equal((5 * MiB, 1), (report.LengthAfterBytes, report.MovedCount)); // 4 of structures
        Assert.Equal(isRehearsal ? 14 * MiB : 5 * MiB, file.LengthBytes);
        AssertShows(file, child.ExpectedDisk(parent.ExpectedDisk()), parents);
        for (long block = 6; block <= 8 && !isRehearsal; block++)
        {
            Assert.Equal(0UL, EntryOf(file, child, block).Raw);
        }
    }

    [Fact]
    public void A_chain_can_be_used_on_and_finds_a_bitmap_where_another_one_was()
    {
        var parent = new ImageDraft
        {
            Path = "/memory/parent.vhdx",
            DiskSizeBytes = (ChunkBlocks + 16) * MiB,
            BlockSizeBytes = (int)MiB,
        };
        parent.Blocks[ChunkBlocks] = PayloadBlock.Present(BlockContent.Stamped(1));
        ImageDraft child = parent.NewChild("/memory/child.vhdx");
        child.Blocks[0] = PayloadBlock.Partial(BlockContent.Zeros, 0, 1, 2) with { FileOffsetMiB = 5 };
        child.Blocks[ChunkBlocks] = PayloadBlock.Partial(BlockContent.Stamped(2), 2) with { FileOffsetMiB = 6 };
        child.Bitmaps[0] = new BitmapBlock { FileOffsetMiB = 4 };
        child.Bitmaps[1] = new BitmapBlock { FileOffsetMiB = 7 };
        ReferenceDisk expected = child.ExpectedDisk(parent.ExpectedDisk());
        MemoryParentSource parents = new MemoryParentSource().Add(parent.Build());
        using DifferencingChain chain = OpenWritable(child.Build(), parents);

        CompactReport report = Compactor.Compact(chain, Quiet);

        Assert.Equal((1, 1, 2), (report.ZeroBlockCount, report.SectorBitmapCount, report.MovedCount));
        chain.Disk.Write((ChunkBlocks * MiB) + 512, [1, 2, 3]);
        expected.Write((ChunkBlocks * MiB) + 512, [1, 2, 3]);
        byte[] shown = new byte[MiB];
        chain.Disk.Read(ChunkBlocks * MiB, shown);
        Assert.True(shown.AsSpan().SequenceEqual(expected.Read(ChunkBlocks * MiB, (int)MiB)));
        Assert.NotEqual(child.DataWriteGuid, chain.Layers[^1].DataWriteGuid); // that write had to change it
    }

    [Fact]
    public void An_image_that_is_as_short_as_can_be_is_not_written_to()
    {
        MemoryImageFile file = Scattered().Build();
        Compact(file);
        file.ResetCounts();
        CompactReport report = Compact(file);
        Assert.Equal((0, 0), (file.Writes, file.Flushes));
        Assert.Equal(report.LengthBeforeBytes, report.LengthAfterBytes);
    }

    [Fact]
    public void A_free_tail_is_cut_off_even_when_nothing_else_is_to_be_done()
    {
        ImageDraft draft = Scattered();
        MemoryImageFile file = draft.Build();
        Compact(file);
        file.SetLength(30 * MiB);
        CompactReport report = Compact(file);
        Assert.Equal((30 * MiB, 8 * MiB), (report.LengthBeforeBytes, report.LengthAfterBytes));
        Assert.Equal(8 * MiB, file.LengthBytes);
        AssertShows(file, draft.ExpectedDisk());
    }

    [Fact]
    [Rule("R-CMP-3")]
    public void A_fixed_image_is_refused()
    {
        var draft = new ImageDraft { Kind = ImageKind.Fixed };
        using DifferencingChain chain = OpenWritable(draft.Build());
        VhdxException refusal = Assert.Throws<VhdxException>(() => Compactor.Compact(chain, Quiet));
        Assert.Equal(VhdxErrorKind.Unsupported, refusal.Kind);
    }

    [Fact]
    public void An_image_that_is_open_for_reading_only_is_refused()
    {
        using var chain = DifferencingChain.Open(
            Scattered().Build().ReopenReadOnly(), new MemoryParentSource(), new OpenOptions());
        Assert.Throws<ArgumentException>(() => Compactor.Compact(chain, Quiet));
    }

    [Fact]
    public void A_rehearsal_only_reads_and_tells_what_the_run_then_does()
    {
        MemoryImageFile file = Scattered().Build();
        using var chain = DifferencingChain.Open(file.ReopenReadOnly(), new MemoryParentSource(), new OpenOptions());
        CompactReport foretold = Compactor.Compact(chain, new CompactOptions { IsRehearsal = true });
        Assert.Equal(Compact(file), foretold);
    }

    [Fact]
    public void Blocks_below_a_structure_that_cannot_move_stay_where_they_are()
    {
        ImageDraft draft = Scattered();
        draft.Regions.Add(new RegionSettings(Guid.NewGuid())
        {
            FileOffset = 36 * MiB,
            LengthBytes = MiB,
            Flags = 0,
        });
        MemoryImageFile file = draft.Build();
        CompactReport report = Compact(file);
        Assert.Equal((2, 37 * MiB), (report.MovedCount, report.LengthAfterBytes)); // those behind it
        AssertShows(file, draft.ExpectedDisk());
    }

    [Fact]
    [Rule("R-WR-12")]
    public void Moving_costs_two_flushes_a_batch_and_leaves_holes_out()
    {
        var draft = new ImageDraft { DiskSizeBytes = 512 * MiB, BlockSizeBytes = (int)MiB };
        for (int block = 0; block < 40; block++)
        {
            draft.Blocks[block] = PayloadBlock.Present(BlockContent.From((offset, target) =>
            {
                target.Clear();
                target[0] = offset % MiB == 0 ? (byte)1 : (byte)0;
            })) with
            { FileOffsetMiB = 300 + (ulong)block };
        }

        MemoryImageFile file = draft.Build();
        file.ResetCounts();
        CompactReport report = Compact(file);
        Assert.Equal((40, 44 * MiB), (report.MovedCount, file.LengthBytes));

        // 4 to start, 2 for the batch (its copies, its entry), 2 for the punches and home, 2 to end.
        Assert.InRange(file.Flushes, 8, 12);
        Assert.True(file.BytesWritten < 41 * MiB);
        AssertShows(file, draft.ExpectedDisk());
    }

    [Fact]
    [Rule("R-WR-5", "R-WR-12")]
    public void Zeros_that_a_copy_leaves_out_are_zeros_in_used_space_too()
    {
        var draft = new ImageDraft { DiskSizeBytes = 16 * MiB, BlockSizeBytes = 4 * (int)MiB };
        draft.Blocks[1] = PayloadBlock.Present(BlockContent.From((offset, target) =>
        {
            target.Clear();
            if ((offset + target.Length) % (4 * MiB) == 0)
            {
                target[^1] = 1; // in the last MiB alone
            }
        })) with
        { FileOffsetMiB = 12 };
        MemoryImageFile file = draft.Build();
        byte[] old = new byte[4 * MiB];
        old.AsSpan().Fill(0xEE);
        file.Write(new FileOffset(4 * MiB), old);
        Compact(file);
        Assert.Equal(8 * MiB, file.LengthBytes);
        AssertShows(file, draft.ExpectedDisk());
    }

    [Theory]
    [InlineData(VhdxErrorKind.Io)]
    [InlineData(VhdxErrorKind.NoSpace)]
    public void Whichever_call_fails_the_disk_stays_and_the_next_run_finishes(VhdxErrorKind kind)
    {
        ImageDraft draft = Scattered();
        ReferenceDisk expected = draft.ExpectedDisk();
        long calls = Fail(draft.Build(), kind, failedCall: 0);
        Assert.True(calls > 50, $"{calls} calls");
        for (long call = 1; call <= calls; call++)
        {
            MemoryImageFile file = draft.Build();
            Fail(file, kind, call);
            AssertShows(file, expected);
            Assert.Equal(8 * MiB, Compact(file.Reopen()).LengthAfterBytes);
            AssertShows(file, expected);
        }
    }

    [Fact]
    public void A_stop_between_two_steps_leaves_the_image_whole_and_closed_and_the_next_run_finishes()
    {
        ImageDraft draft = Scattered();
        long steps = 0;
        Compact(draft.Build(), options: new CompactOptions { Progress = (_, _) => steps++ });
        Assert.True(steps > 8);
        for (int stop = 1; stop <= steps; stop++)
        {
            MemoryImageFile file = draft.Build();
            int left = stop;
            var stopping = new CompactOptions
            {
                Progress = (_, _) => left = left > 1 ? left - 1 : throw new OperationCanceledException(),
            };
            Assert.Throws<OperationCanceledException>(() => Compact(file, options: stopping));
            AssertShows(file, draft.ExpectedDisk());
            Assert.True(ImageChecker.Check(file).IsClean);
            Assert.Equal(LogOutcome.Clean, ImageChecker.Check(file).Log);
            Compact(file);
            Assert.Equal(8 * MiB, file.LengthBytes);
            AssertShows(file, draft.ExpectedDisk());
        }
    }

    [Fact]
    public void Progress_goes_up_to_all_bytes_and_never_back()
    {
        var seen = new List<(long Done, long Total)>();
        var noting = new CompactOptions { Progress = (done, total) => seen.Add((done, total)) };
        Compact(Scattered().Build(), options: noting);
        Assert.All(seen, step => Assert.InRange(step.Done, 0, step.Total));
        Assert.True(seen.Zip(seen.Skip(1)).All(pair => pair.First.Done <= pair.Second.Done));
    }

    // 4 MiB of structures, then blocks here and there: content, zeros, an anchor, an offset that means nothing.
    private static ImageDraft Scattered()
    {
        var draft = new ImageDraft { DiskSizeBytes = (16 * MiB) - 4096, BlockSizeBytes = (int)MiB };
        draft.Blocks[0] = PayloadBlock.Present(BlockContent.Stamped(1)) with { FileOffsetMiB = 38 };
        draft.Blocks[1] = PayloadBlock.Present(BlockContent.Zeros) with { FileOffsetMiB = 4 };
        draft.Blocks[2] = PayloadBlock.Present(BlockContent.Filled(7)) with { FileOffsetMiB = 6 };
        draft.Blocks[3] = PayloadBlock.InState(PayloadBlockState.Zero, fileOffsetMiB: 5);
        draft.Blocks[4] = PayloadBlock.Present(BlockContent.Stamped(2)) with { FileOffsetMiB = 9 };
        draft.Blocks[5] = PayloadBlock.InState(PayloadBlockState.Unmapped, fileOffsetMiB: 8);
        draft.Blocks[6] = PayloadBlock.Present(BlockContent.Filled(0)) with { FileOffsetMiB = 12 };
        draft.Blocks[15] = PayloadBlock.Present(BlockContent.Stamped(3)) with { FileOffsetMiB = 39 };
        draft.FileLengthBytes = 40 * MiB;
        return draft;
    }

    private static BatEntry EntryOf(MemoryImageFile file, ImageDraft draft, long block)
    {
        byte[] entry = new byte[BatEntry.SizeBytes];
        file.Read(draft.PayloadEntryAt(block), entry);
        return new BatEntry(BitConverter.ToUInt64(entry));
    }

    private static CompactReport Compact(
        MemoryImageFile file, MemoryParentSource? parents = null, CompactOptions? options = null)
    {
        using DifferencingChain chain = OpenWritable(file, parents);
        return Compactor.Compact(chain, options ?? Quiet);
    }

    /// <returns>Calls of the file from the open on.</returns>
    private static long Fail(MemoryImageFile file, VhdxErrorKind kind, long failedCall)
    {
        var faulty = new FaultyImageFile(file)
        {
            Watched = FileCalls.All & ~FileCalls.NextData,
            Kind = kind,
            BytesBeforeFailure = 512,
            FailedCall = failedCall,
        };
        try
        {
            using var chain = DifferencingChain.Open(
                faulty,
                new MemoryParentSource(),
                new OpenOptions { Access = ImageAccess.ReadWrite, Guids = new FixedGuids() });
            Compactor.Compact(chain, Quiet);
        }
        catch (VhdxException failure)
        {
            Assert.Equal(kind, failure.Kind);
        }

        return faulty.CallCount;
    }

    private static DifferencingChain OpenWritable(MemoryImageFile file, MemoryParentSource? parents = null) =>
        DifferencingChain.Open(
            file,
            parents ?? new MemoryParentSource(),
            new OpenOptions { Access = ImageAccess.ReadWrite, Guids = new FixedGuids() });

    private static void AssertShows(MemoryImageFile file, ReferenceDisk expected, MemoryParentSource? parents = null)
    {
        using var chain = DifferencingChain.Open(
            file.ReopenReadOnly(), parents ?? new MemoryParentSource(), new OpenOptions());
        Assert.Null(expected.FirstDifference(chain.Disk.Read));
    }
}
