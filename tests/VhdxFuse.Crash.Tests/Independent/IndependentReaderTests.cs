using System;
using System.Collections.Generic;
using System.Text;
using VhdxFuse.Support;
using VhdxFuse.Support.Crash;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>The second opinion against images whose content is known, and against the engine.</summary>
public sealed class IndependentReaderTests
{
    [Fact]
    public void The_checksum_is_the_one_of_the_test_vectors()
    {
        byte[] padded = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes("123456789")];
        // With four zero bytes in front as the checksum's place; the value was computed bit by bit.
        Assert.Equal(BitByBit(padded), Castagnoli.Of(padded, 0));
        Assert.Equal(0x98F9_4189, Castagnoli.Of(new byte[4096], 0));
    }

    [Fact]
    public void Blocks_in_every_state_read_as_the_format_says()
    {
        var chain = new ChainFixture();
        IndependentReader parent = IndependentReader.Open(PagesOf(chain.Parent.Build()));
        IndependentReader child = IndependentReader.Open(PagesOf(chain.Child.Build()), parent);
        AssertReads(chain.ExpectedDisk(), child);
        AssertReads(chain.Parent.ExpectedDisk(), parent);
    }

    [Fact]
    public void A_pending_log_is_replayed_from_its_Tail_round_the_end_of_the_ring()
    {
        ImageDraft draft = Draft();
        const uint Ring = Units.MiB;
        uint[] positions = [Ring - (5 * 4096), Ring - (3 * 4096), Ring - 4096, 4096, 3 * 4096];
        for (int i = 0; i < positions.Length; i++)
        {
            draft.Log.Put(positions[i], (ulong)(100 + i), tail: positions[2])
                .Data((ulong)draft.Bat.FileOffset, BatPage(present: i + 1));
        }

        AssertAgrees(draft, block => block < 5);
        draft.Log.Entry(4).WithWrongChecksum();
        AssertAgrees(draft, block => block < 4);
    }

    [Fact]
    public void Entries_of_another_session_or_before_the_Tail_count_for_nothing()
    {
        ImageDraft draft = Draft();
        draft.Log.Put(0, 7, tail: 0).Data((ulong)draft.Bat.FileOffset, BatPage(present: 8));
        draft.Log.Put(8192, 8, tail: 8192).Data((ulong)draft.Bat.FileOffset, BatPage(present: 2));
        draft.Log.LogGuid = Guid.Parse("11111111-0000-4000-8000-000000000000");
        draft.Log.Put(16384, 9, tail: 8192).Data((ulong)draft.Bat.FileOffset, BatPage(present: 5));
        draft.Header1.LogGuid = LogBuilder.DefaultLogGuid;
        draft.Header2.LogGuid = LogBuilder.DefaultLogGuid;
        AssertAgrees(draft, block => block < 2);
    }

    [Fact]
    public void A_lost_extension_comes_back_for_us_and_not_for_QEMU()
    {
        ImageDraft draft = Draft();
        draft.Log.LastFileOffset = 12 * Units.MiB;
        draft.Log.Put(0, 7, tail: 0).Data((ulong)draft.Bat.FileOffset, BatPage(present: 8));
        draft.FileLengthBytes = 9 * Units.MiB;
        AssertReads(DiskWith(block => block < 5), IndependentReader.Open(WithContent(draft)));
        Assert.Throws<BadImageException>(() => IndependentReader.OpenLikeQemu(PagesOf(draft.Build())));
    }

    [Fact]
    public void QEMU_takes_the_run_whose_first_entry_is_newest_and_doesnt_compare_the_second()
    {
        ImageDraft draft = Draft();
        draft.Log.Put(0, 50, tail: 0).Data((ulong)draft.Bat.FileOffset, BatPage(present: 1));
        draft.Log.Put(8192, 12, tail: 8192).Data((ulong)draft.Bat.FileOffset, BatPage(present: 3));
        AssertReads(DiskWith(block => block < 1), IndependentReader.Open(WithContent(draft)));
        AssertReads(DiskWith(block => block < 3), IndependentReader.OpenLikeQemu(WithContent(draft)));
    }

    [Fact]
    public void A_log_as_Windows_leaves_it_is_read_as_the_engine_reads_it()
    {
        var fixture = new GenuineLogFixture();
        PagedBytes pages = PagesOf(fixture.Image.Build());
        ReadsAlike(fixture.Image.Build(), IndependentReader.Open(pages));
        ReadsAlike(fixture.Image.Build(), IndependentReader.OpenLikeQemu(pages));
    }

    [Theory]
    [InlineData("both headers torn")]
    [InlineData("a log without entries")]
    [InlineData("a block past the end")]
    [InlineData("two blocks in one place")]
    [InlineData("a block over the log")]
    [InlineData("state 7 without parent")]
    [InlineData("state 4")]
    [InlineData("reserved bits")]
    [InlineData("one damaged region table")]
    [InlineData("a file shorter than Flushed")]
    public void What_our_writer_must_not_leave_is_refused(string what)
    {
        ImageDraft draft = Draft();
        draft.Blocks[0] = PayloadBlock.Present(BlockContent.Filled(1));
        IndependentReader.Open(PagesOf(draft.Build()));
        Damages[what](draft);
        Assert.Throws<BadImageException>(() => IndependentReader.Open(PagesOf(draft.Build())));
    }

    private static Dictionary<string, Action<ImageDraft>> Damages => new(StringComparer.Ordinal)
    {
        ["both headers torn"] = d => d.Header1.AfterChecksum = d.Header2.AfterChecksum = bytes => bytes[100] = 1,
        ["a log without entries"] = d => d.Header2.LogGuid = Guid.Parse("11111111-0000-4000-8000-000000000000"),
        ["a block past the end"] = d => d.FileLengthBytes = (4 * Units.MiB) + 512,
        ["two blocks in one place"] = d => d.Blocks[1] = PayloadBlock.Raw((4 * Units.MiB) | 6),
        ["a block over the log"] = d => d.Blocks[1] = PayloadBlock.Raw(Units.MiB | 6),
        ["state 7 without parent"] = d => d.Blocks[1] = PayloadBlock.Raw((5 * Units.MiB) | 7),
        ["state 4"] = d => d.Blocks[1] = PayloadBlock.Raw(4),
        ["reserved bits"] = d => d.Blocks[1] = PayloadBlock.Raw(10),
        ["one damaged region table"] = d => d.RegionTable2.AfterChecksum = bytes => bytes[50_000] = 1,
        ["a file shorter than Flushed"] = Shortened,
    };

    private static void Shortened(ImageDraft draft)
    {
        draft.Log.FlushedFileOffset = 64 * Units.MiB;
        draft.Log.Put(0, 1, tail: 0);
    }

    // Eight blocks of 1 MiB, filled with 1 to 8, at 4 to 11 MiB; the table in the file is empty.
    private static ImageDraft Draft() => new()
    {
        DiskSizeBytes = 8 * Units.MiB,
        BlockSizeBytes = Units.MiB,
        FileLengthBytes = 12 * Units.MiB,
    };

    private static byte[] BatPage(int present)
    {
        byte[] page = new byte[4096];
        for (int block = 0; block < present; block++)
        {
            BitConverter.TryWriteBytes(page.AsSpan(block * 8), ((4L + block) * Units.MiB) | 6);
        }

        return page;
    }

    private static PagedBytes WithContent(ImageDraft draft)
    {
        PagedBytes pages = PagesOf(draft.Build());
        byte[] block = new byte[Units.MiB];
        for (int i = 0; i < 8 && (5 + i) * Units.MiB <= pages.LengthBytes; i++)
        {
            block.AsSpan().Fill((byte)(i + 1));
            pages.Write((4 + i) * Units.MiB, block);
        }

        return pages;
    }

    private static ReferenceDisk DiskWith(Func<int, bool> isPresent)
    {
        var disk = new ReferenceDisk(8 * Units.MiB);
        byte[] block = new byte[Units.MiB];
        for (int i = 0; i < 8; i++)
        {
            block.AsSpan().Fill((byte)(isPresent(i) ? i + 1 : 0));
            disk.Write(i * (long)Units.MiB, block);
        }

        return disk;
    }

    private static void AssertAgrees(ImageDraft draft, Func<int, bool> isPresent)
    {
        IndependentReader reader = IndependentReader.Open(WithContent(draft));
        AssertReads(DiskWith(isPresent), reader);
        Assert.True(reader.WasDirty);
    }

    private static PagedBytes PagesOf(MemoryImageFile file)
    {
        var pages = new PagedBytes();
        foreach ((long at, byte[] page) in file.NonZeroChunks())
        {
            pages.Write(at, page);
        }

        pages.SetLength(file.LengthBytes);
        return pages;
    }

    private static void AssertReads(ReferenceDisk expected, IndependentReader reader) =>
        Assert.Null(expected.FirstDifference((offset, target) => Fill(reader, offset, target)));

    private static void ReadsAlike(MemoryImageFile file, IndependentReader reader)
    {
        using DifferencingChain chain =
            DifferencingChain.Open(file, new MemoryParentSource(), new OpenOptions());
        byte[] mine = new byte[Units.MiB];
        byte[] theirs = new byte[Units.MiB];
        Assert.Equal(chain.Disk.LengthBytes, reader.Layout.DiskSize);
        for (long at = 0; at < chain.Disk.LengthBytes; at += 32 * Units.MiB)
        {
            chain.Disk.Read(at, theirs);
            Fill(reader, at, mine);
            Assert.True(mine.AsSpan().SequenceEqual(theirs), $"at 0x{at:x}");
        }
    }

    private static void Fill(IndependentReader reader, long offset, Span<byte> target)
    {
        for (int done = 0; done < target.Length; done += 512)
        {
            reader.ReadSector((offset + done) / 512, target.Slice(done, 512));
        }
    }

    private static uint BitByBit(IEnumerable<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                uint low = (crc ^ ((uint)value >> bit)) & 1;
                crc = (crc >> 1) ^ (low != 0 ? 0x82F6_3B78 : 0);
            }
        }

        return ~crc;
    }
}
