using System;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Checking;

public sealed class LogCheckTests
{
    private const long MiB = 1 << 20;

    [Fact]
    [Rule("R-RPL-1", "R-RPL-9", "R-REG-1")]
    public void A_pending_log_is_replayed_in_memory_and_its_result_is_checked()
    {
        MemoryImageFile file = new GenuineLogFixture().Build();
        file.ResetCounts();
        CheckReport report = ImageChecker.Check(file);
        Assert.Equal("R-RPL-9", Assert.Single(report.Findings).RuleId);
        Assert.Equal((LogOutcome.Replay, 1), (report.Log!.Value, report.Blocks!.FullyPresentCount));
        Assert.Equal(0, file.Writes);
    }

    [Fact]
    public void What_a_log_would_break_is_found_before_it_does()
    {
        var draft = new ImageDraft();
        byte[] page = new byte[4096];
        page[0] = 6; // block 0 present at offset 0
        draft.Log.Put(0, 5, 0).Data((ulong)draft.Bat.FileOffset, page);
        Assert.Equal("Info R-RPL-9, Error R-BAT-4", Found(draft));
    }

    [Fact]
    [Rule("R-RPL-2")]
    public void A_file_shorter_than_the_log_knows_it_is_an_error()
    {
        var draft = new ImageDraft { Log = { FlushedFileOffset = 100 * MiB, LastFileOffset = 100 * MiB } };
        draft.Log.Put(0, 5, 0);
        Assert.Equal("Error R-RPL-2, Info R-RPL-1", Found(draft));
    }

    [Fact]
    [Rule("R-RPL-6", "T-7")]
    public void The_length_that_the_log_asks_for_counts()
    {
        var draft = new ImageDraft { Log = { FlushedFileOffset = 4 * MiB, LastFileOffset = (10 * MiB) - 1 } };
        draft.Log.Put(0, 5, 0);
        CheckReport report = ImageChecker.Check(draft.Build());
        Assert.Equal((10 * MiB, LogOutcome.NothingToReplay), (report.FileLengthBytes, report.Log!.Value));
        Assert.Equal("Info R-RPL-9, Info T-7, Info R-WR-3", Found(draft));
    }

    [Fact]
    [Rule("R-LOG-13")]
    public void A_log_that_would_write_where_it_may_not_is_an_error()
    {
        var draft = new ImageDraft();
        draft.Log.Put(0, 5, 0).Data(0x10000, 1);
        Assert.Equal("Error R-LOG-13, Info R-RPL-1", Found(draft));
    }

    [Fact]
    [Rule("R-SCN-3")]
    public void A_log_without_whole_sequence_is_an_error_and_the_rest_is_still_checked()
    {
        var draft = new ImageDraft();
        draft.Log.Put(0, 5, 0).WithWrongChecksum();
        draft.Blocks[1] = PayloadBlock.Raw(5);
        Assert.Equal("Error R-SCN-3, Info R-RPL-1, Error R-BAT-7", Found(draft));
        Assert.Equal(LogOutcome.Corrupt, ImageChecker.Check(draft.Build()).Log);
    }

    [Fact]
    [Rule("T-9")]
    public void Headers_that_differ_in_their_data_guid_are_told_of()
    {
        var draft = new ImageDraft { Header1 = { DataWriteGuid = Guid.NewGuid() } };
        Finding finding = Assert.Single(ImageChecker.Check(draft.Build()).Findings);
        Assert.Equal("Info T-9 0x10020", $"{finding.Severity} {finding.RuleId} {finding.At}");
    }

    private static string Found(ImageDraft draft) => string.Join(
        ", ", ImageChecker.Check(draft.Build()).Findings.Select(finding => $"{finding.Severity} {finding.RuleId}"));
}
