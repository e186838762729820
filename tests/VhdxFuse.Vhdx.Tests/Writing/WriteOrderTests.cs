using System;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Writing;

/// <summary>
/// The order in which the file is written and flushed, as one line of what was done to it. The crash tests show that
/// the order is right; these show what it is.
/// </summary>
public sealed class WriteOrderTests
{
    private const int MiB = 1 << 20;
    private static readonly byte[] Page = Filled(4096, 0xAB);
    private static readonly FixedGuids Guids = new(); // of all sessions: none comes twice

    [Fact]
    [Rule("D-1", "D-3", "D-5", "D-9", "D-10", "D-11", "R-HUP-1", "R-HUP-4", "R-LOGW-2")]
    public void A_session_starts_with_its_headers_and_a_new_block_is_durable_before_its_flush_returns()
    {
        (TracedImageFile file, DifferencingChain chain) = Open(new ImageBuilder());
        chain.Disk.Write(0, Page);
        Assert.Equal(
            "flush | header 1 | log 0+1 | flush | header 2 | flush | header 1 | flush | length 36 | write 4",
            file.TakeSteps());
        chain.Disk.Flush();
        Assert.Equal("flush | log 1+2 | flush", file.TakeSteps());
        chain.Disk.Write(MiB, Page);
        chain.Disk.Flush();
        Assert.Equal("write 5 | log 3+2 | flush", file.TakeSteps());
    }

    [Fact]
    [Rule("D-6", "D-9", "R-WR-5")]
    public void Space_that_held_something_before_is_zeroed_and_flushed_before_its_entry()
    {
        ImageBuilder builder = new ImageBuilder().AddBlock(0, 1);
        builder.NextBlock += MiB;
        builder.AddBlock(1, 2).WriteAt(5 * MiB, Filled(MiB, 0xEE));
        (TracedImageFile file, DifferencingChain chain) = Open(builder);
        chain.Disk.Write(0, Page);
        file.TakeSteps();
        chain.Disk.Write((2 * MiB) + 8192, Page);
        chain.Disk.Flush();
        Assert.Equal("zero 5 | write 5 | flush | log 1+2 | flush", file.TakeSteps());
        byte[] rest = new byte[8192];
        chain.Disk.Read(2 * MiB, rest);
        Assert.DoesNotContain(rest, b => b != 0);
    }

    [Fact]
    [Rule("D-6", "D-11", "R-WR-10", "R-TR-4")]
    public void A_trimmed_block_gives_its_space_back_step_by_step()
    {
        var builder = new ImageBuilder { DiskSize = (2 * MiB) + 4096 };
        builder.AddBlock(0, 1).AddBlock(1, 2).AddBlock(2, 3);
        (TracedImageFile file, DifferencingChain chain) = Open(builder);
        chain.Disk.Write(0, Page);
        file.TakeSteps();
        chain.Disk.WriteZeros(2 * MiB, 4096);
        Assert.Equal("", file.TakeSteps());
        chain.Disk.Flush();
        Assert.Equal("log 1+2 | flush | zero 6", file.TakeSteps());
        chain.Disk.Flush();
        Assert.Equal("flush", file.TakeSteps());
        chain.Disk.Write(2 * MiB, Page);
        chain.Disk.Flush();
        Assert.Equal("write 6 | log 3+2 | flush", file.TakeSteps());
    }

    [Fact]
    [Rule("R-LOGW-9", "R-WR-6", "R-WR-9")]
    public void A_childs_first_sectors_come_with_their_bits_and_bitmap_block_in_one_entry()
    {
        var fixture = new ChainFixture();
        fixture.Child.Blocks.Remove(5);
        MemoryParentSource parents = new MemoryParentSource().Add(fixture.Parent.Build());
        var file = new TracedImageFile(fixture.Child.Build());
        using var chain = DifferencingChain.Open(file, parents, Writable);
        chain.Disk.Write(4 * MiB, Page);
        file.TakeSteps();
        chain.Disk.Write(512, Page.AsSpan(0, 512));
        chain.Disk.Flush();
        Assert.Equal("length 37 | write 5 | flush | log 1+4 | flush", file.TakeSteps());
        byte[] start = new byte[1536];
        chain.Disk.Read(0, start);
        Assert.Equal((0x10, 0xAB, 0x10), (start[511], start[512], start[1024]));
    }

    [Fact]
    [Rule("D-17", "D-16", "R-RPL-8")]
    public void A_session_ends_with_everything_home_then_without_log_then_without_its_free_tail()
    {
        (TracedImageFile file, DifferencingChain chain) = Open(new ImageBuilder());
        chain.Disk.Write(0, Page);
        chain.Disk.Flush();
        file.TakeSteps();
        chain.Close();
        Assert.Equal("bat 0 | flush | header 2 | flush | header 1 | flush | length 5", file.TakeSteps());
        HeaderPair headers = HeaderPair.Read(file);
        Assert.Equal((Guid.Empty, Guid.Empty), (headers.Current.LogGuid, headers.Other!.Value.LogGuid));
    }

    [Fact]
    [Rule("D-2", "R-RPL-4", "R-RPL-7", "R-RPL-8", "R-HUP-5")]
    public void A_pending_log_is_replayed_when_the_file_is_opened_for_writing()
    {
        (TracedImageFile file, DifferencingChain chain) = Open(new ImageBuilder());
        chain.Disk.Write(0, Page);
        chain.Disk.Flush();
        VhdxHeader before = HeaderPair.Read(file).Current;
        file.TakeSteps();
        using var next = DifferencingChain.Open(file, new MemoryParentSource(), Writable);
        Assert.Equal(
            "flush | header 2 | flush | bat 0 | flush | header 1 | flush | header 2 | flush", file.TakeSteps());
        VhdxHeader after = HeaderPair.Read(file).Current;
        Assert.Equal(before.DataWriteGuid, after.DataWriteGuid);
        Assert.NotEqual(before.FileWriteGuid, after.FileWriteGuid);
        byte[] page = new byte[4096];
        next.Disk.Read(0, page);
        Assert.Equal(Page, page);
    }

    [Fact]
    [Rule("D-4", "D-14", "D-15", "R-LOGW-3", "R-LOGW-8")]
    public void A_full_lap_goes_on_at_the_start_of_the_log_under_a_new_name()
    {
        (TracedImageFile file, DifferencingChain chain) = Open(new ImageBuilder(), lapSectors: 7);
        chain.Disk.Write(0, Page);
        Guid first = HeaderPair.Read(file).Current.LogGuid;
        for (int block = 1; block <= 3; block++)
        {
            chain.Disk.Flush();
            chain.Disk.Write(block * MiB, Page);
        }

        file.TakeSteps();

        // The only live entry lies at 5: the start of the log is free, and the page goes home on the way.
        chain.Disk.Flush();
        Assert.Equal("bat 0 | log 0+2 | flush | header 2 | flush", file.TakeSteps());
        Guid second = HeaderPair.Read(file).Current.LogGuid;
        Assert.NotEqual(first, second);
        Assert.NotEqual(Guid.Empty, second);
    }

    [Fact]
    [Rule("R-FP-2", "R-TR-5")]
    public void A_fixed_image_keeps_its_blocks_and_its_length()
    {
        var builder = new ImageBuilder { DiskSize = 2 * MiB, FileFlags = 1 };
        builder.AddBlock(0, 1).AddBlock(1, 2);
        builder.NextBlock += 3 * MiB;
        (TracedImageFile file, DifferencingChain chain) = Open(builder);
        long length = file.LengthBytes;
        chain.Disk.WriteZeros(0, 2 * MiB);
        chain.Close();
        Assert.Equal(length, file.LengthBytes);
        Assert.Equal(6UL, BitConverter.ToUInt64(Bytes(file, 3 * MiB, 8)) & 7);
    }

    [Fact]
    [Rule("R-TR-3")]
    public void A_trimmed_block_of_a_child_reads_zeros_and_not_its_parent()
    {
        var fixture = new ChainFixture();
        MemoryParentSource parents = new MemoryParentSource().Add(fixture.Parent.Build());
        using var chain = DifferencingChain.Open(fixture.Child.Build(), parents, Writable);
        chain.Disk.WriteZeros(0, 8 * MiB);
        byte[] bytes = Filled(8 * MiB, 1);
        chain.Disk.Read(0, bytes);
        Assert.DoesNotContain(bytes, b => b != 0);
    }

    [Fact]
    [Rule("R-RD-2", "R-BAT-11")]
    public void An_anchor_is_given_to_its_own_block_only()
    {
        ImageBuilder builder = new ImageBuilder().AddBlock(0, 1);
        builder.SetState(1, PayloadBlockState.Unmapped, 6 * MiB).NextBlock += 3 * MiB;
        (TracedImageFile file, DifferencingChain chain) = Open(builder);
        chain.Disk.Write(2 * MiB, Page);
        chain.Disk.Write(MiB, Page);
        Assert.Contains("write 5", file.TakeSteps(), StringComparison.Ordinal);
        Assert.Equal(6 * MiB, BitConverter.ToInt64(EntryOf(chain, 1)) & ~0xFFFFFL);

        builder.SetState(3, PayloadBlockState.Undefined, 4 * MiB);
        VhdxException error = Assert.Throws<VhdxException>(() => Open(builder));
        Assert.Equal(VhdxErrorKind.Corrupt, error.Kind);
        Assert.Contains("overlaps another block", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("R-LOGW-11")]
    public void An_entry_names_a_length_that_the_file_durably_has()
    {
        (TracedImageFile file, DifferencingChain chain) = Open(new ImageBuilder());
        chain.Disk.Write(0, Page);
        chain.Disk.Flush();
        Assert.True(LogEntryHeader.TryRead(Bytes(file, MiB, 64), out LogEntryHeader first));
        Assert.True(LogEntryHeader.TryRead(Bytes(file, MiB + 4096, 64), out LogEntryHeader second));
        Assert.Equal((4UL * MiB, 4UL * MiB), (first.FlushedFileOffset, first.LastFileOffset));
        Assert.Equal((36UL * MiB, 36UL * MiB), (second.FlushedFileOffset, second.LastFileOffset));
    }

    [Fact]
    [Rule("R-LOGW-14")]
    public void After_a_failed_flush_nothing_is_written_and_reads_go_on()
    {
        MemoryImageFile memory = new ImageBuilder().Build();
        var file = new FaultyImageFile(memory) { Watched = FileCalls.Flush };
        var chain = DifferencingChain.Open(file, new MemoryParentSource(), Writable);
        chain.Disk.Write(0, Page);
        file.FailedCall = file.CallCount + 2; // the entry's
        Assert.Throws<VhdxException>(chain.Disk.Flush);
        memory.ResetCounts();
        VhdxException again = Assert.Throws<VhdxException>(chain.Disk.Flush);
        Assert.Equal(VhdxErrorKind.Io, again.Kind);
        Assert.Throws<VhdxException>(() => chain.Disk.Write(0, Page));
        Assert.Throws<VhdxException>(chain.Close);
        byte[] page = new byte[4096];
        chain.Disk.Read(0, page);
        Assert.Equal(Page, page);
        Assert.Equal((0, 0), (memory.Writes, memory.Flushes));
        Assert.NotEqual(Guid.Empty, HeaderPair.Read(memory).Current.LogGuid);
    }

    private static OpenOptions Writable => new() { Access = ImageAccess.ReadWrite, Guids = Guids };

    private static (TracedImageFile File, DifferencingChain Chain) Open(ImageBuilder builder, int? lapSectors = null)
    {
        var file = new TracedImageFile(builder.Build());
        return (file, DifferencingChain.Open(
            file, new MemoryParentSource(), Writable with { LapSectors = lapSectors }));
    }

    private static byte[] EntryOf(DifferencingChain chain, long block)
    {
        byte[] entry = new byte[8];
        chain.Layers[0].Map.Pages.Read(new(3 * MiB + (block * 8)), entry);
        return entry;
    }

    private static byte[] Bytes(TracedImageFile file, long at, int count)
    {
        byte[] bytes = new byte[count];
        file.Read(new(at), bytes);
        return bytes;
    }

    private static byte[] Filled(int count, byte value)
    {
        byte[] bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
