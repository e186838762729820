using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Journal;

public sealed class LogReplayTests
{
    private const int Sector = 4096;
    private const int MiB = 1 << 20;

    /// <summary>Whole images with a log of 1 MiB, opened for reading; every page the log can name is
    /// compared.</summary>
    [Fact]
    [Rule("R-RPL-5", "R-RPL-9", "R-SCN-2", "R-SCN-4", "R-SCN-6", "R-LOG-1", "R-LOG-12")]
    public void Images_with_random_logs_replay_as_the_plain_model_does()
    {
        int replayed = 0;
        int wrapped = 0;
        int tailInTheMiddle = 0;
        for (int seed = 0; replayed < 200; seed++)
        {
            LogShape shape = LogShape.Make(seed, MiB / Sector);
            LogModel model = new LogModel(shape.Ring, LogShape.LogGuid).Replay();
            MemoryImageFile file = new ImageBuilder { LogGuid = LogShape.LogGuid, FileLength = 40 * MiB }
                .WriteAt(MiB, shape.Ring).Build();
            if (model.Active is not { } active)
            {
                VhdxException refused = Assert.Throws<VhdxException>(() => VhdxImage.Open(file, new()));
                Assert.Equal(VhdxErrorKind.LogCorrupt, refused.Kind);
                continue;
            }

            using VhdxImage image = VhdxImage.Open(file, new OpenOptions());
            ReplayReport report = image.Log.Replay!;
            Assert.Equal((seed, active), (seed, (report.FirstSequenceNumber, report.LastSequenceNumber)));
            byte[] page = new byte[Sector];
            foreach (long target in LogShape.TargetOffsets())
            {
                image.File.Read(new FileOffset(target), page);
                Assert.True(
                    page.AsSpan().SequenceEqual(model.Pages.GetValueOrDefault(target) ?? new byte[Sector]),
                    $"seed {seed}: page at 0x{target:x}");
            }

            Assert.Equal(0, file.Writes);
            replayed++;
            wrapped += shape.Wrapped ? 1 : 0;
            tailInTheMiddle += report.FirstSequenceNumber < report.LastSequenceNumber ? 1 : 0;
        }

        // What the shapes are worth: many go round the end, and nearly all have a Tail behind the head.
        Assert.True(wrapped > 100 && tailInTheMiddle > 150, $"{wrapped} wrapped, {tailInTheMiddle} with older entries");
    }

    /// <summary>Small rings, where runs collide with what is left of earlier ones much more often.</summary>
    [Fact]
    [Rule("R-SCN-1", "R-SCN-2", "R-SCN-3", "R-SCN-5", "R-SCN-6")]
    public void The_search_in_small_rings_finds_what_a_walk_from_every_sector_finds()
    {
        int found = 0;
        for (int seed = 0; seed < 4000; seed++)
        {
            LogShape shape = LogShape.Make(seed, 4 + (seed % 29));
            LogModel model = new LogModel(shape.Ring, LogShape.LogGuid).Replay();
            var file = new MemoryImageFile();
            file.Write(default, shape.Ring);
            var region = new LogRegion(file, default, (uint)shape.Ring.Length);
            var sequence = ActiveSequence.Find(region, LogScanner.Scan(region, LogShape.LogGuid));
            (ulong, ulong)? active = sequence is null ? null
                : (sequence.Run[sequence.TailIndex].Header.SequenceNumber, sequence.Head.Header.SequenceNumber);
            Assert.Equal((seed, model.Active), (seed, active));
            found += active is null ? 0 : 1;
        }

        Assert.InRange(found, 2000, 3900);
    }

    [Theory]
    [Rule("R-SCN-2", "R-SCN-3", "R-SCN-5")]
    [InlineData("whole", "A1 A2 A3 A4 A5")]
    [InlineData("last entry torn", "A1 A2 A3 A4 00")]
    [InlineData("middle entry torn", "A1 A2 00 00 00")]
    [InlineData("tail at the fourth", "00 00 00 A4 A5")]
    [InlineData("tail inside an entry", null)]
    public void A_log_that_goes_round_its_end_is_replayed_from_its_tail(string variant, string? pages)
    {
        uint[] positions = [1028096, 1036288, 1044480, 4096, 12288];
        var builder = new ImageBuilder { LogGuid = LogShape.LogGuid, FileLength = 4 * MiB };
        MemoryImageFile file = builder.Build();
        for (int i = 0; i < positions.Length; i++)
        {
            bool torn = (variant == "last entry torn" && i == 4) || (variant == "middle entry torn" && i == 2);
            new LogEntryBytes
            {
                SequenceNumber = 100 + (ulong)i,
                LogGuid = LogShape.LogGuid,
                Tail = i < 4 ? 1028096u : variant switch
                {
                    "tail at the fourth" => 4096,
                    "tail inside an entry" => 8192,
                    _ => 1028096,
                },
                Damage = bytes => bytes[5000] ^= torn ? (byte)1 : (byte)0,
            }.Data(0x28_0000 + (i * Sector), (byte)(0xA1 + i)).PutInto(file, MiB, MiB, positions[i]);
        }

        if (pages is null)
        {
            Assert.Equal(VhdxErrorKind.LogCorrupt, Assert.Throws<VhdxException>(() =>
                VhdxImage.Open(file, new())).Kind);
            return;
        }

        using VhdxImage image = VhdxImage.Open(file, new OpenOptions());
        byte[] first = new byte[1];
        Assert.Equal(pages, string.Join(' ', Enumerable.Range(0, 5).Select(i =>
        {
            image.File.Read(new FileOffset(0x28_0000 + (i * Sector)), first);
            return first[0].ToString("X2");
        })));
    }

    [Fact]
    [Rule("R-LOG-5", "R-LOG-7")]
    public void An_entry_with_descriptors_in_several_sectors_is_replayed()
    {
        var entry = new LogEntryBytes { SequenceNumber = 4, LogGuid = LogShape.LogGuid, Last = 512 * MiB };
        for (int i = 0; i < 300; i++)
        {
            _ = i % 3 == 0 ? entry.Zero((8 + i) * (long)MiB, Sector) : entry.Data((8 + i) * (long)MiB, (byte)i);
        }

        MemoryImageFile file = new ImageBuilder { LogGuid = LogShape.LogGuid }.Build();
        entry.PutInto(file, MiB, MiB, MiB - (2 * Sector)); // its descriptors go round the end too
        entry.Tail = MiB - (2 * Sector);
        entry.PutInto(file, MiB, MiB, MiB - (2 * Sector));
        using VhdxImage image = VhdxImage.Open(file, new OpenOptions());
        Assert.Equal((200, 100), (image.Log.Replay!.PageCount, image.Log.Replay.ZeroRangeCount));
        byte[] page = new byte[Sector];
        for (int i = 0; i < 300; i++)
        {
            image.File.Read(new FileOffset((8 + i) * (long)MiB), page);
            Assert.Equal(i % 3 == 0 ? 0 : (byte)i, page[4095]);
        }
    }

    [Fact]
    [Rule("R-RPL-6", "R-LOG-11", "T-7")]
    public void The_file_grows_to_the_last_offset_rounded_up_and_new_bytes_are_zero()
    {
        MemoryImageFile file = new ImageBuilder { LogGuid = LogShape.LogGuid }.Build();
        new LogEntryBytes { SequenceNumber = 1, LogGuid = LogShape.LogGuid, Last = (20 * MiB) + 512 }
            .PutInto(file, MiB, MiB, 0);
        using VhdxImage image = VhdxImage.Open(file, new OpenOptions());
        Assert.Equal(LogOutcome.NothingToReplay, image.Log.Outcome);
        Assert.Equal(21 * MiB, image.File.LengthBytes);
        Assert.Equal(4 * MiB, file.LengthBytes);
        byte[] bytes = [1, 2, 3];
        Assert.Equal(3, image.File.Read(new FileOffset((21 * MiB) - 3), bytes));
        Assert.Equal([0, 0, 0], bytes);
    }

    [Fact]
    [Rule("R-RPL-2")]
    public void A_file_shorter_than_the_head_says_was_truncated()
    {
        MemoryImageFile file = new ImageBuilder { LogGuid = LogShape.LogGuid }.Build();
        uint next = new LogEntryBytes { SequenceNumber = 1, LogGuid = LogShape.LogGuid, Flushed = 5 * MiB }
            .PutInto(file, MiB, MiB, 0);
        Assert.Equal(VhdxErrorKind.Truncated, Assert.Throws<VhdxException>(() => VhdxImage.Open(file, new())).Kind);

        // An older entry may know a larger file: it was shrunk since.
        new LogEntryBytes { SequenceNumber = 2, LogGuid = LogShape.LogGuid, Flushed = 4 * MiB }
            .PutInto(file, MiB, MiB, next);
        VhdxImage.Open(file, new OpenOptions()).Dispose();
    }

    [Theory]
    [Rule("R-LOG-13", "R-RPL-3")]
    [InlineData(0, 4096)]
    [InlineData(0x1_0000, 4096)]
    [InlineData(0x2_F000, 8192)]
    [InlineData(0x10_0000, 4096)]
    [InlineData(0x1F_F000, 4096)]
    [InlineData(0xF_F000, 8192)]
    [InlineData(256L << 40, 4096)]
    [InlineData(0x7FFF_FFFF_FFFF_F000, 0x7FFF_FFFF_FFFF_F000)]
    public void A_log_that_writes_where_it_may_not_is_refused_whole(long target, long length)
    {
        MemoryImageFile file = new ImageBuilder { LogGuid = LogShape.LogGuid }.Build();
        uint next = new LogEntryBytes { SequenceNumber = 1, LogGuid = LogShape.LogGuid }
            .Data(0x28_0000, 0xAA).PutInto(file, MiB, MiB, 0);
        new LogEntryBytes { SequenceNumber = 2, LogGuid = LogShape.LogGuid, Tail = 0 }
            .Zero(target, length).PutInto(file, MiB, MiB, next);
        Assert.Equal(VhdxErrorKind.LogCorrupt, Assert.Throws<VhdxException>(() => VhdxImage.Open(file, new())).Kind);

        var region = new LogRegion(file, new FileOffset(MiB), MiB);
        var overlay = new MemoryImageFile();
        overlay.SetLength(4 * MiB);
        overlay.ResetCounts();
        ActiveSequence sequence = ActiveSequence.Find(region, LogScanner.Scan(region, LogShape.LogGuid))!;
        Assert.Throws<VhdxException>(() => LogReplayer.Replay(region, sequence, overlay));
        Assert.Equal((0, 4 * MiB), (overlay.Writes, overlay.LengthBytes)); // not even the good entry before it

        // Behind the Tail it doesn't count.
        new LogEntryBytes { SequenceNumber = 3, LogGuid = LogShape.LogGuid, Tail = next + Sector }
            .Data(0x28_0000, 0xBB).PutInto(file, MiB, MiB, next + Sector);
        VhdxImage.Open(file, new OpenOptions()).Dispose();
    }

    [Fact]
    [Rule("R-RPL-1", "R-REG-1")]
    public void Region_tables_are_read_through_the_log()
    {
        var moved = new ImageBuilder { BatOffset = 8 * MiB };
        MemoryImageFile later = moved.AddBlock(0, 0x77).Build();
        byte[] firstPage = new byte[Sector];
        later.Read(new FileOffset(192 * 1024), firstPage);

        // The file knows only the old place; the log carries the table's first page with the new one.
        MemoryImageFile file = new ImageBuilder { LogGuid = LogShape.LogGuid, FileLength = 9 * MiB }.Build();
        byte[] block = new byte[MiB];
        later.Read(new FileOffset(4 * MiB), block);
        file.Write(new FileOffset(4 * MiB), block);
        byte[] bat = new byte[Sector];
        later.Read(new FileOffset(8 * MiB), bat);
        file.Write(new FileOffset(8 * MiB), bat);
        new LogEntryBytes { SequenceNumber = 9, LogGuid = LogShape.LogGuid }
            .Data(192 * 1024, firstPage).PutInto(file, MiB, MiB, 0);
        var chain = DifferencingChain.Open(file, new MemoryParentSource(), new OpenOptions());
        byte[] sector = new byte[512];
        chain.Disk.Read(0, sector);
        Assert.All(sector, value => Assert.Equal(0x77, value));
    }

    [Fact]
    [Rule("T-6")]
    public void A_log_that_was_named_but_never_written_opens_with_a_warning()
    {
        MemoryImageFile file = new ImageBuilder { LogGuid = LogShape.LogGuid }.Build();
        using VhdxImage image = VhdxImage.Open(file, new OpenOptions());
        Assert.Equal(LogOutcome.NamedButEmpty, image.Log.Outcome);
        Assert.Equal(AnomalyKind.LogNamedButEmpty, Assert.Single(image.Anomalies).Kind);

        // One sector that bears the name, and it is damage.
        new LogEntryBytes { SequenceNumber = 1, LogGuid = LogShape.LogGuid, Damage = bytes => bytes[4] ^= 1 }
            .PutInto(file, MiB, MiB, 8192);
        VhdxException refused = Assert.Throws<VhdxException>(() => VhdxImage.Open(file, new OpenOptions()));
        Assert.Equal(VhdxErrorKind.LogCorrupt, refused.Kind);
        using VhdxImage ignored = VhdxImage.Open(file, new OpenOptions { Log = LogPolicy.Ignore });
        Assert.Equal(LogOutcome.Ignored, ignored.Log.Outcome);
    }

    [Fact]
    [Rule("T-11", "R-SCN-6")]
    public void The_log_of_a_clean_file_is_not_looked_at()
    {
        MemoryImageFile file = new ImageBuilder().Build();
        new LogEntryBytes { SequenceNumber = 1, LogGuid = LogShape.LogGuid }.Data(0x28_0000, 0xAA)
            .PutInto(file, MiB, MiB, 0);
        file.FailsAt = (at, length) => at < 2 * MiB && at + length > MiB;
        using VhdxImage image = VhdxImage.Open(file, new OpenOptions());
        Assert.Equal(LogOutcome.Clean, image.Log.Outcome);
    }

    /// <summary>Work bound: the ring holds nothing but claims of long entries, each dying where the next
    /// begins.</summary>
    [Fact]
    [Rule("R-LOG-9", "R-SCN-7")]
    public void A_ring_full_of_false_entries_costs_a_few_reads_of_it()
    {
        const int length = 16 * MiB;
        var file = new MemoryImageFile();
        file.SetLength(length);
        for (int at = 0; at < length; at += Sector)
        {
            new LogEntryBytes
            {
                SequenceNumber = 7,
                LogGuid = LogShape.LogGuid,
                EntryLength = length - Sector,
                DescriptorCount = 100,
            }.PutInto(file, 0, length, at);
        }

        file.ResetCounts();
        var region = new LogRegion(file, default, length);
        LogScan scan = LogScanner.Scan(region, LogShape.LogGuid);
        Assert.Empty(scan.Entries);
        Assert.Equal(length / Sector, scan.NamedSectorCount);
        Assert.InRange(file.BytesRead, length, 4L * length);
    }

    /// <summary>The longest wrong entry there can be, and then each of its sectors as a start of its own.</summary>
    [Fact]
    [Rule("R-LOG-9")]
    public void A_ring_of_one_long_entry_with_a_wrong_checksum_is_read_a_few_times()
    {
        const int sectors = 2000;
        var entry = new LogEntryBytes
        {
            SequenceNumber = 7,
            LogGuid = LogShape.LogGuid,
            Damage = bytes => bytes[4] ^= 1,
        };
        for (int i = 0; i < sectors; i++)
        {
            entry.Data(4 * MiB, (byte)i);
        }

        var file = new MemoryImageFile();
        file.SetLength(8 * MiB);
        entry.PutInto(file, 0, 8 * MiB, 5 * MiB);
        file.ResetCounts();
        var region = new LogRegion(file, default, 8 * MiB);
        Assert.Empty(LogScanner.Scan(region, LogShape.LogGuid).Entries);
        Assert.InRange(file.BytesRead, 8 * MiB, 24 * MiB);
    }
}
