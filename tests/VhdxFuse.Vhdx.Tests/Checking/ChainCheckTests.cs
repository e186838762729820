using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Checking;

/// <summary>A child, its parent below it, and all that can be wrong between them.</summary>
public sealed class ChainCheckTests
{
    private readonly ChainFixture _fixture = new();

    [Fact]
    public void Each_file_of_a_sound_chain_has_a_report_without_findings()
    {
        MemoryImageFile child = _fixture.Child.Build();
        MemoryImageFile parent = _fixture.Parent.Build();
        child.ResetCounts();
        parent.ResetCounts();
        IReadOnlyList<CheckReport> reports = Check(child, parent);
        Assert.Equal("/memory/child.vhdx /memory/parent.vhdx", string.Join(' ', reports.Select(r => r.ImagePath)));
        Assert.All(reports, report => Assert.Empty(report.Findings));
        Assert.Equal((0, 0), (child.Writes, parent.Writes));
        Assert.False(child.IsDisposed);
        Assert.True(parent.IsDisposed);
    }

    [Fact]
    [Rule("R-PAR-4")]
    public void A_parent_that_is_nowhere_is_an_error()
    {
        Finding error = Assert.Single(Assert.Single(Check(_fixture.Child.Build())).Findings);
        Assert.Equal("Error R-PAR-4", $"{error.Severity} {error.RuleId}");
        Assert.Contains("parent.vhdx", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("R-PAR-7")]
    public void A_parent_that_was_written_since_is_an_error()
    {
        MemoryImageFile child = _fixture.Child.Build();
        _fixture.Parent.DataWriteGuid = new Guid("eeeeeeee-0000-4000-8000-00000000000e");
        Assert.Equal("Error R-PAR-7", Found(Check(child, _fixture.Parent.Build())));
    }

    [Fact]
    [Rule("R-PAR-8")]
    public void A_parent_with_other_sectors_is_an_error()
    {
        MemoryImageFile child = _fixture.Child.Build();
        _fixture.Parent.LogicalSectorSizeBytes = 4096;
        Assert.Equal("Error R-PAR-8", Found(Check(child, _fixture.Parent.Build())));
    }

    [Fact]
    [Rule("R-PAR-8")]
    public void A_chain_that_leads_back_to_its_start_ends()
    {
        _fixture.Child.ParentLocator.Clear();
        _fixture.Child.ParentLocator.Add(("parent_linkage", _fixture.Child.DataWriteGuid.ToString("B")));
        _fixture.Child.ParentLocator.Add(("relative_path", @".\child.vhdx"));
        MemoryImageFile child = _fixture.Child.Build();
        IReadOnlyList<CheckReport> reports = ImageChecker.CheckChain(
            child, new MemoryParentSource().Add(child), new OpenOptions());
        Assert.Equal("Error R-PAR-8", Found(reports));
    }

    [Fact]
    [Rule("R-PAR-4")]
    public void A_parent_that_is_damaged_is_checked_too()
    {
        MemoryImageFile child = _fixture.Child.Build();
        _fixture.Parent.RegionTable1.AfterChecksum = bytes => bytes[100] ^= 1;
        _fixture.Parent.RegionTable2.AfterChecksum = bytes => bytes[100] ^= 1;
        IReadOnlyList<CheckReport> reports = Check(child, _fixture.Parent.Build());
        Assert.Equal("Error R-PAR-4 | Error R-REG-2", Found(reports));
        Assert.All(reports, report => Assert.False(report.IsClean));
    }

    [Fact]
    public void A_child_that_cannot_be_opened_says_that_nobody_looked_for_its_parent()
    {
        _fixture.Child.RegionTable1.BeforeChecksum = bytes => bytes[44] = 2; // flags of the first region
        _fixture.Child.RegionTable2.BeforeChecksum = bytes => bytes[44] = 2;
        Assert.Equal("Error R-REG-8, Info R-PAR-4", Found(Check(_fixture.Child.Build(), _fixture.Parent.Build())));
    }

    [Fact]
    [Rule("R-MET-5", "R-RD-4")]
    public void A_parent_of_another_disk_or_size_is_noted()
    {
        MemoryImageFile child = _fixture.Child.Build();
        _fixture.Parent.VirtualDiskId = new Guid("eeeeeeee-0000-4000-8000-00000000000e");
        _fixture.Parent.DiskSizeBytes -= 512;
        IReadOnlyList<CheckReport> reports = Check(child, _fixture.Parent.Build());
        Assert.Equal("Info R-MET-5, Info R-RD-4 | ", Found(reports));
        Assert.All(reports, report => Assert.True(report.IsClean));
    }

    [Fact]
    [Rule("R-PAR-4")]
    public void A_parent_that_is_locked_costs_its_own_report_and_no_other()
    {
        MemoryImageFile parent = _fixture.Parent.Build();
        var source = new MemoryParentSource().Add(parent);
        source.Refused[parent.Path] = VhdxErrorKind.Locked;
        CheckReport child =
            Assert.Single(ImageChecker.CheckChain(_fixture.Child.Build(), source, new OpenOptions()));
        Assert.Contains("is refused by the test", Assert.Single(child.Findings).Detail, StringComparison.Ordinal);
    }

    private static IReadOnlyList<CheckReport> Check(MemoryImageFile child, params MemoryImageFile[] others)
    {
        var source = new MemoryParentSource();
        foreach (MemoryImageFile other in others)
        {
            source.Add(other);
        }

        return ImageChecker.CheckChain(child, source, new OpenOptions());
    }

    private static string Found(IReadOnlyList<CheckReport> reports) => string.Join(
        " | ",
        reports.Select(report => string.Join(", ", report.Findings.Select(f => $"{f.Severity} {f.RuleId}"))));
}
