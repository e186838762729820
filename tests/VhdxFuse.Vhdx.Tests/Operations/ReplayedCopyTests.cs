using System;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Operations;

public sealed class ReplayedCopyTests
{
    [Fact]
    [Rule("R-RPL-4", "R-RPL-8")]
    public void The_copy_of_a_dirty_image_has_its_disk_and_no_log()
    {
        var fixture = new GenuineLogFixture();
        MemoryImageFile source = fixture.Build();
        source.ResetCounts();
        var target = new MemoryImageFile("copy.vhdx");

        ReplayReport? report = ReplayedCopy.Write(source, target, new FixedGuids());

        Assert.Equal(2, report!.EntryCount);
        Assert.Equal(0, source.Writes);
        using VhdxImage copy = VhdxImage.Open(target, new OpenOptions { Log = LogPolicy.Ignore });
        Assert.Equal((LogOutcome.Clean, fixture.Image.DataWriteGuid), (copy.Log.Outcome, copy.DataWriteGuid));
        Assert.Null(fixture.ExpectedDisk().FirstDifference(new VirtualDisk([copy]).Read));
        Assert.Empty(ImageChecker.Check(target).Findings);
        Assert.True(target.ChunkCount < source.ChunkCount + 64, $"{target.ChunkCount} of {source.ChunkCount} chunks");
    }

    [Fact]
    public void The_copy_of_a_clean_image_is_the_same_byte_for_byte()
    {
        var builder = new ImageBuilder { FileLength = (8 << 20) + 777 };
        MemoryImageFile source = builder.AddBlock(0, 1).AddBlock(3, 2).Build();
        var target = new MemoryImageFile("copy.vhdx");
        Assert.Null(ReplayedCopy.Write(source, target, new FixedGuids()));
        Assert.True(source.ToArray().AsSpan().SequenceEqual(target.ToArray()));
    }

    [Fact]
    [Rule("T-6")]
    public void A_log_that_was_named_and_never_begun_is_ended_in_the_copy()
    {
        var target = new MemoryImageFile("copy.vhdx");
        Assert.Null(ReplayedCopy.Write(
            new ImageBuilder { LogGuid = Guid.NewGuid() }.Build(), target, new FixedGuids()));
        Assert.Empty(ImageChecker.Check(target).Findings);
    }

    [Fact]
    [Rule("R-CRE-4")]
    public void A_log_without_whole_sequence_is_refused_and_a_copy_that_is_stopped_is_no_image()
    {
        var draft = new ImageDraft();
        draft.Log.Put(0, 5, 0).WithWrongChecksum();
        var target = new MemoryImageFile("copy.vhdx");
        VhdxException error = Assert.Throws<VhdxException>(
            () => ReplayedCopy.Write(draft.Build(), target, new FixedGuids()));
        Assert.Equal((VhdxErrorKind.LogCorrupt, 0), (error.Kind, target.Writes));

        Assert.Throws<OperationCanceledException>(() => ReplayedCopy.Write(
            new GenuineLogFixture().Build(), target, new FixedGuids(), StopAt(4 << 20)));
        error = Assert.Throws<VhdxException>(() => VhdxImage.Open(target, new OpenOptions()));
        Assert.Equal(VhdxErrorKind.NotVhdx, error.Kind);
    }

    [Fact]
    public void An_entry_says_which_structures_it_writes_and_what()
    {
        var fixture = new GenuineLogFixture();
        MemoryImageFile file = fixture.Build();
        LogInspection log = LogInspection.Read(file);
        LogEntryInfo last = log.Entries.Single(entry => entry.OffsetInLog == 28672);

        LogEntryContent content = LogEntryContent.Read(file, log, last);

        LogUpdate update = Assert.Single(content.Updates);
        Assert.Equal(
            ((ulong)fixture.Image.Bat.FileOffset, 4096UL, false, "BAT, entries 0 to 511"),
            (update.TargetOffset, update.LengthBytes, update.IsZero, update.Structure));
        byte[] page = content.ReadPage(update);
        foreach ((int index, ulong raw) in GenuineLogFixture.ExpectedBat)
        {
            Assert.Equal(raw, BitConverter.ToUInt64(page, index * 8));
        }

        Assert.Empty(LogEntryContent.Read(file, log, log.Entries[0]).Updates);
    }

    [Fact]
    public void Zero_ranges_bitmaps_blocks_and_foreign_places_are_named()
    {
        var fixture = new ChainFixture();
        fixture.Child.FileLengthBytes = 9 << 20;
        fixture.Child.Log.FlushedFileOffset = 9 << 20;
        fixture.Child.Log.LastFileOffset = 9 << 20;
        fixture.Child.Log.Put(0, 7, 0)
            .Zero(4 << 20, 8192).Data(5 << 20, 1).Data(2 << 20, 2).Data(8 << 20, 3).Zero(0x30000, 4096);
        fixture.Child.Log.Put(8 * 4096, 3, 8 * 4096).WithWrongChecksum();
        MemoryImageFile file = fixture.Child.Build();
        LogInspection log = LogInspection.Read(file);
        // Replay would overwrite the metadata, so the image isn't opened and nothing is named but the places.
        Assert.All(
            LogEntryContent.Read(file, log, log.Entries[0]).Updates, update => Assert.Null(update.Structure));
        VhdxException torn = Assert.Throws<VhdxException>(() => LogEntryContent.Read(file, log, log.Entries[1]));
        Assert.Equal(VhdxErrorKind.LogCorrupt, torn.Kind);
    }

    [Fact]
    public void Blocks_and_bitmaps_of_a_child_are_named()
    {
        var fixture = new ChainFixture();
        fixture.Child.FileLengthBytes = 9 << 20;
        fixture.Child.Log.FlushedFileOffset = 9 << 20;
        fixture.Child.Log.LastFileOffset = 9 << 20;
        fixture.Child.Log.Put(0, 7, 0).Zero((4 << 20) + 8192, 4096).Data(5 << 20, 1).Zero(8 << 20, 4096);
        MemoryImageFile file = fixture.Child.Build();
        LogInspection log = LogInspection.Read(file);
        LogEntryContent content = LogEntryContent.Read(file, log, log.Entries[0]);
        Assert.Equal(
            "sector bitmap of chunk 0, payload block 4, unused space",
            string.Join(", ", content.Updates.Select(update => update.Structure)));
    }

    private static Action<long> StopAt(long bytes) => done =>
    {
        if (done >= bytes)
        {
            throw new OperationCanceledException();
        }
    };
}
