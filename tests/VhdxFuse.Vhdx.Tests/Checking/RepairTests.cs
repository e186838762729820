using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Checking;

/// <summary>A repaired image is sound, and shows what could be read of the damaged one.</summary>
public sealed class RepairTests
{
    private const int MiB = 1 << 20;

    /// <summary>What the disk is, where its map lies, or who the parent is, can't be read.</summary>
    private static readonly HashSet<string> PastRepair = new(StringComparer.Ordinal)
    {
        "shorter than 1 MiB", "format version", "no region table", "too many regions", "no BAT",
        "region behind the file", "region in the first MiB", "no metadata table", "no disk size", "disk size 0",
        "parent without locator", "locator cut", "locator of another type", "locator without path", "linkage no GUID",
    };

    public static TheoryData<string> Names() => [.. PlantedFaults.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_damaged_image_is_repaired_to_a_sound_one_with_what_can_be_read(string name)
    {
        (MemoryImageFile damaged, bool hasData) = PlantedFaults.BuildWithData(name);
        var target = new MemoryImageFile("new.vhdx");
        if (PastRepair.Contains(name))
        {
            VhdxException error = Assert.Throws<VhdxException>(() => Repair(damaged, target));
            Assert.Equal(VhdxErrorKind.Corrupt, error.Kind);
            Assert.Contains("it can't be repaired", error.Message, StringComparison.Ordinal);
            return;
        }

        RepairReport report = Repair(damaged, target);

        Assert.Equal(0, damaged.Writes);
        Assert.Empty(ImageChecker.Check(target).Findings);
        VirtualDisk made = DiskOf(target);
        if (hasData)
        {
            Assert.Equal(PlantedFaults.DataByte, ByteAt(made, PlantedFaults.DataBlock * (long)MiB));
        }

        if (TryDiskOf(damaged) is { } disk)
        {
            AssertSame(disk, made, report);
        }
    }

    [Fact]
    public void Of_a_block_that_ends_behind_the_file_the_part_before_its_end_is_kept()
    {
        var draft = new ImageDraft();
        draft.Blocks[1] = PayloadBlock.Present(BlockContent.Stamped());
        draft.Blocks[2] = PayloadBlock.Present(BlockContent.Filled(9));
        draft.FileLengthBytes = (4 * MiB) + (2 * MiB) + 12288; // 12 KiB of block 2
        var target = new MemoryImageFile("new.vhdx");

        RepairReport report = Repair(draft.Build(), target);

        UnreadableRange lost = Assert.Single(report.Unreadable);
        Assert.Equal(((4 * MiB) + 12288, (2 * MiB) - 12288), (lost.DiskOffset, lost.LengthBytes));
        Assert.Equal(lost.LengthBytes, report.UnreadableBytes);
        byte[] expected = new byte[draft.DiskSizeBytes];
        SectorStamp.Fill(2 * MiB, expected.AsSpan(2 * MiB, 2 * MiB), 0);
        expected.AsSpan(4 * MiB, 12288).Fill(9);
        Assert.True(ReadAll(DiskOf(target)).AsSpan().SequenceEqual(expected));
        Assert.Empty(ImageChecker.Check(target).Findings);
    }

    [Fact]
    public void A_failing_sector_of_the_host_costs_4_KiB_and_a_failing_page_of_the_map_its_blocks()
    {
        var draft = new ImageDraft();
        draft.Blocks[0] = PayloadBlock.Present(BlockContent.Filled(1));
        draft.Blocks[5] = PayloadBlock.Present(BlockContent.Filled(5));
        MemoryImageFile file = draft.Build();
        const long bad = (4 * MiB) + (100 * 4096) + 512;
        file.FailsAt = (at, length) => at <= bad && bad < at + length;
        var target = new MemoryImageFile("new.vhdx");

        RepairReport report = Repair(file, target);

        UnreadableRange lost = Assert.Single(report.Unreadable);
        Assert.Equal((100 * 4096, 4096), (lost.DiskOffset, lost.LengthBytes));
        byte[] disk = ReadAll(DiskOf(target));
        Assert.Equal((1, 0, 1, 5), (disk[(100 * 4096) - 1], disk[100 * 4096], disk[101 * 4096], disk[10 * MiB]));
    }

    [Fact]
    public void Blocks_in_one_place_keep_what_each_of_them_showed()
    {
        var builder = new ImageBuilder();
        builder.AddBlock(0, 0xA0).SetState(3, PayloadBlockState.FullyPresent, 4 * MiB);
        var target = new MemoryImageFile("new.vhdx");
        Assert.Equal(0, Repair(builder.Build(), target).UnreadableBytes);
        VirtualDisk made = DiskOf(target);
        Assert.Equal((0xA0, 0, 0xA0), (ByteAt(made, 5), ByteAt(made, MiB), ByteAt(made, (3 * MiB) + 5)));
        made = DiskOf(target);
        DiskExtent first = made.Resolve(0, 1);
        Assert.NotEqual(first.FileOffset, made.Resolve(3 * MiB, 1).FileOffset);
    }

    [Fact]
    [Rule("R-MET-5")]
    public void A_child_stays_the_child_of_its_parent_and_keeps_its_identities()
    {
        var fixture = new ChainFixture();
        fixture.Child.Blocks[6] = PayloadBlock.Raw(5); // unreadable
        fixture.Child.Blocks[7] = PayloadBlock.Partial(BlockContent.Filled(0xC7), 1, 2047);
        MemoryImageFile child = fixture.Child.Build();
        var target = new MemoryImageFile("/memory/child.vhdx");

        RepairReport report = Repair(child, target);

        Assert.Equal((6 * MiB, MiB), (Assert.Single(report.Unreadable).DiskOffset, report.UnreadableBytes));
        using DifferencingChain chain = DifferencingChain.Open(
            target.Reopen(), new MemoryParentSource().Add(fixture.Parent.Build()), new OpenOptions());
        byte[] expected = new byte[8 * MiB];
        fixture.Child.Blocks[6] = PayloadBlock.InState(PayloadBlockState.Zero);
        fixture.ExpectedDisk().Read(0, expected);
        Assert.True(ReadAll(chain.Disk).AsSpan().SequenceEqual(expected));
        VhdxImage made = chain.Layers[1];
        Assert.Equal(
            (fixture.Child.DataWriteGuid, fixture.Child.VirtualDiskId), (made.DataWriteGuid, made.VirtualDiskId));
        Assert.Equal(fixture.Child.ParentLocator, made.ParentLocator!.Pairs.Select(pair => (pair.Key, pair.Value)));
        CheckReport check = ImageChecker.Check(target, new CheckOptions { Parent = chain.Layers[0] });
        Assert.Empty(check.Findings);
        Assert.Equal((1, 2), (check.Blocks!.FullyPresentCount, check.Blocks.PartiallyPresentCount));
    }

    [Fact]
    [Rule("R-RPL-9")]
    public void A_pending_log_counts_unless_it_is_to_be_left_out()
    {
        var fixture = new GenuineLogFixture();
        var target = new MemoryImageFile("new.vhdx");
        Repair(fixture.Build(), target);
        Assert.Null(fixture.ExpectedDisk().FirstDifference((at, bytes) => DiskOf(target).Read(at, bytes)));
        var without = new MemoryImageFile("without.vhdx");
        ImageRepair.Write(
            fixture.Build(), without, new OpenOptions { Guids = new FixedGuids(), Log = LogPolicy.Ignore });
        Assert.Equal(0, ImageChecker.Check(without).Blocks!.FullyPresentCount);
    }

    [Fact]
    [Rule("R-BAT-2")]
    public void What_the_table_has_no_room_for_is_lost_and_nothing_else_is()
    {
        var builder = new ImageBuilder { DiskSize = (131072UL + 64) << 20 }; // 1 MiB of table is for 131040 blocks
        builder.AddBlock(131039, 7);
        var target = new MemoryImageFile("new.vhdx");
        RepairReport report = Repair(builder.Build(), target);
        Assert.Equal(131041L << 20, Assert.Single(report.Unreadable).DiskOffset);
        Assert.Equal(7, ByteAt(DiskOf(target), 131039L << 20));
    }

    [Fact]
    public void A_disk_of_64_TiB_with_blocks_at_both_ends_costs_a_few_reads()
    {
        var builder = new ImageBuilder { DiskSize = 64UL << 40, BatLength = 513 << 20, NextBlock = 600L * MiB };
        builder.AddBlock(0, 1).AddBlock((64L << 20) - 1, 2).SetState(5, PayloadBlockState.FullyPresent, 255L << 40);
        MemoryImageFile file = builder.Build();
        var target = new MemoryImageFile("new.vhdx");
        RepairReport report = Repair(file, target);
        Assert.Equal((5L * MiB, MiB), (Assert.Single(report.Unreadable).DiskOffset, report.UnreadableBytes));
        Assert.True(file.Reads < 100, $"{file.Reads} reads");
        Assert.Equal(2, ByteAt(DiskOf(target), (64L << 40) - 1));
        Assert.True(target.LengthBytes < 700L * MiB, $"{target.LengthBytes} bytes");
    }

    [Fact]
    [Rule("R-CRE-4")]
    public void A_repair_that_is_stopped_leaves_no_image()
    {
        MemoryImageFile file = new ImageBuilder().AddBlock(0, 1).AddBlock(1, 1).Build();
        var target = new MemoryImageFile("new.vhdx");
        Assert.Throws<OperationCanceledException>(() => ImageRepair.Write(
            file,
            target,
            new OpenOptions { Guids = new FixedGuids() },
            done =>
            {
                if (done > 0)
                {
                    throw new OperationCanceledException();
                }
            }));
        VhdxException error = Assert.Throws<VhdxException>(() => VhdxImage.Open(target, new OpenOptions()));
        Assert.Equal(VhdxErrorKind.NotVhdx, error.Kind);
    }

    [Fact]
    [Rule("R-CRE-4")]
    public void The_identifier_is_made_durable_once_after_all_else()
    {
        MemoryImageFile file = new ImageBuilder().AddBlock(0, 1).Build();
        var target = new MemoryImageFile("new.vhdx");
        int flushesWithIdentifier = 0;
        byte[] start = new byte[8];
        target.Flushing = () =>
        {
            target.Read(default, start);
            flushesWithIdentifier += start.AsSpan().SequenceEqual("vhdxfile"u8) ? 1 : 0;
        };
        Repair(file, target);
        Assert.Equal(1, flushesWithIdentifier);
        Assert.Empty(ImageChecker.Check(target).Findings);
    }

    [Fact]
    [Rule("R-PAR-1")]
    public void A_locator_whose_keys_share_one_long_string_is_refused_with_the_limit()
    {
        const int keys = 100;
        const int valueBytes = 60_000;
        var fixture = new ChainFixture();
        int first = fixture.Child.ParentLocator.Count;
        byte[] item = ParentLocatorItem.Write(
            [.. fixture.Child.ParentLocator, .. Enumerable.Range(0, keys).Select(key => ($"key {key}", "v"))]);
        for (int i = first; i < first + keys; i++)
        {
            Span<byte> entry = item.AsSpan(ParentLocatorItem.HeaderBytes + (i * ParentLocatorItem.EntryBytes));
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], item.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[10..], valueBytes);
        }

        fixture.Child.Item(MetadataItemIds.ParentLocator).Content =
            [.. item, .. Enumerable.Repeat((byte)'a', valueBytes)];
        VhdxException error = Assert.Throws<VhdxException>(
            () => Repair(fixture.Child.Build(), new MemoryImageFile("new.vhdx")));
        Assert.Equal(VhdxErrorKind.LimitExceeded, error.Kind);
    }

    private static RepairReport Repair(MemoryImageFile file, MemoryImageFile target) =>
        ImageRepair.Write(file, target, new OpenOptions { Guids = new FixedGuids() });

    private static VirtualDisk DiskOf(MemoryImageFile file) => new([VhdxImage.Open(file, new OpenOptions())]);

    private static VirtualDisk? TryDiskOf(MemoryImageFile file)
    {
        try
        {
            return DiskOf(file);
        }
        catch (VhdxException)
        {
            return null;
        }
    }

    private static int ByteAt(VirtualDisk disk, long offset)
    {
        byte[] one = new byte[1];
        disk.Read(offset, one);
        return one[0];
    }

    private static byte[] ReadAll(VirtualDisk disk)
    {
        byte[] bytes = new byte[disk.LengthBytes];
        disk.Read(0, bytes);
        return bytes;
    }

    // Both of one layer: what a child leaves to its parent must be left by both.
    private static void AssertSame(VirtualDisk damaged, VirtualDisk made, RepairReport report)
    {
        Assert.Equal(damaged.LengthBytes, made.LengthBytes);
        byte[] before = new byte[64 << 10];
        byte[] after = new byte[before.Length];
        for (long offset = 0; offset < long.Min(damaged.LengthBytes, 32 * MiB); offset += before.Length)
        {
            int length = (int)long.Min(before.Length, damaged.LengthBytes - offset);
            bool isLost = report.Unreadable.Any(
                range => offset < range.DiskOffset + range.LengthBytes && range.DiskOffset < offset + length);
            if (!isLost)
            {
                damaged.Read(offset, before.AsSpan(0, length));
                made.Read(offset, after.AsSpan(0, length));
                Assert.True(before.AsSpan(0, length).SequenceEqual(after.AsSpan(0, length)), $"at 0x{offset:x}");
            }
        }
    }
}
