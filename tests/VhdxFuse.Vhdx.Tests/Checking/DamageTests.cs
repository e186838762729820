using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Checking;

/// <summary>One fault an image, all else legal: exactly one finding of its severity or above, with its rule and its
/// place.</summary>
public sealed class DamageTests
{
    private static readonly Guid Unknown = new("dddddddd-0000-4000-8000-00000000000d");

    public static TheoryData<string> Names() => [.. PlantedFaults.Names];

    [Theory]
    [MemberData(nameof(Names))]
    [Rule("R-FTI-1", "R-LAY-1", "R-LAY-3", "R-HDR-2", "R-HDR-3", "R-HDR-4", "R-HDR-6", "R-HDR-7", "R-HDR-8", "R-HDR-9")]
    [Rule("R-REG-2", "R-REG-3", "R-REG-4", "R-REG-5", "R-REG-6", "R-REG-7", "R-REG-8")]
    [Rule("R-MET-1", "R-MET-2", "R-MET-3", "R-MET-4", "R-FP-3", "R-FP-4")]
    [Rule("R-PAR-1", "R-PAR-2", "R-PAR-3", "R-PAR-6")]
    [Rule("R-BAT-2", "R-BAT-4", "R-BAT-5", "R-BAT-6", "R-BAT-7", "R-BAT-8", "R-BAT-9", "R-RD-2", "R-RD-3")]
    [Rule("R-RD-5", "R-SBM-3", "R-WR-3", "R-HDR-10")]
    [Rule("T-1", "T-4", "T-5", "T-6")]
    public void A_fault_is_found_with_its_severity_rule_and_place(string name)
    {
        string expected = PlantedFaults.ExpectedOf(name);
        MemoryImageFile file = PlantedFaults.Build(name);

        CheckReport report = ImageChecker.Check(file);

        bool isNote = expected.StartsWith("Info", StringComparison.Ordinal);
        IEnumerable<Finding> above =
            report.Findings.Where(finding => isNote || finding.Severity != FindingSeverity.Info);
        string found = string.Join('\n', above.Select(f => $"{f.Severity} {f.RuleId} {f.At?.ToString() ?? "-"}"));
        string firstFound = found.Split('\n')[0];
        Assert.True(string.Equals(expected, found, StringComparison.Ordinal), string.Join('\n', report.Findings));
        Assert.Equal(!firstFound.StartsWith("Error", StringComparison.Ordinal), report.IsClean);
        Assert.DoesNotContain(report.Findings, finding => finding.Detail.Contains('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void The_image_that_the_rows_start_from_has_no_findings() =>
        Assert.Empty(ImageChecker.Check(new ImageBuilder().Build()).Findings);

    [Fact]
    public void One_check_tells_of_faults_in_every_structure()
    {
        var builder = new ImageBuilder { DamageHeader = (slot, bytes) => bytes[9] ^= (byte)slot };
        builder.DamageRegionTable = (copy, bytes) => bytes[9] ^= (byte)copy;
        builder.ExtraRegions.Add(new RegionTableEntry(Unknown, 1 << 20, 1 << 20, 0));
        builder.NameParent(Unknown, "p").ParentLocator = [0];
        builder.EditItems = items => items[4] = (items[4].Entry with { ItemId = Unknown }, items[4].Bytes);
        builder.Bat[1] = 5;
        builder.Bat[2] = 6;

        CheckReport report = ImageChecker.Check(builder.Build());

        Assert.Equal(
            "R-HDR-4 R-REG-2 R-REG-5 R-REG-6 R-MET-3 R-PAR-1 R-FP-4 R-BAT-7 R-BAT-4",
            string.Join(' ', report.Findings.Select(finding => finding.RuleId)));
    }
}
