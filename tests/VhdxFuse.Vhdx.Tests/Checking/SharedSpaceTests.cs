using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Checking;

public sealed class SharedSpaceTests
{
    private const long MiB = 1 << 20;
    private const long Bat = 3 * MiB;

    [Theory]
    [InlineData(PayloadBlockState.FullyPresent, 5, "is in the place of payload block 1 at 0x500000", "R-BAT-5")]
    [InlineData(PayloadBlockState.FullyPresent, 6, "overlaps payload block 1 at 0x500000", "R-BAT-5")]
    [InlineData(PayloadBlockState.FullyPresent, 4, "overlaps payload block 1 at 0x500000", "R-BAT-5")]
    [InlineData(PayloadBlockState.Unmapped, 5, "is in the place of payload block 1 at 0x500000", "R-RD-2")]
    [InlineData(PayloadBlockState.Undefined, 6, "overlaps payload block 1 at 0x500000", "R-RD-2")]
    [Rule("R-BAT-5", "R-RD-2")]
    public void Two_blocks_in_one_place_are_named_both(
        PayloadBlockState state, int atMiB, string expected, string rule)
    {
        var builder = new ImageBuilder { BlockSize = 2 << 20, FileLength = 10 * MiB };
        builder.SetState(1, PayloadBlockState.FullyPresent, 5 * MiB).SetState(3, state, atMiB * MiB);

        Finding error = Assert.Single(Errors(builder));

        Assert.Equal((rule, Bat + 24), (error.RuleId, error.At!.Value.Value));
        Assert.Contains("payload block 3", error.Detail, StringComparison.Ordinal);
        Assert.EndsWith(expected, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("R-BAT-5")]
    public void A_sector_bitmap_in_a_payload_block_is_found()
    {
        var builder = new ImageBuilder { BlockSize = 2 << 20, FileLength = 10 * MiB };
        builder.NameParent(Guid.NewGuid(), "p").SetState(1, PayloadBlockState.PartiallyPresent, 4 * MiB);
        builder.Bat[2048] = 0x0050_0006;

        Finding error = Assert.Single(Errors(builder));

        Assert.Equal(Bat + (2048 * 8), error.At!.Value.Value);
        Assert.Equal(
            "sector bitmap of chunk 0 at 0x500000 overlaps payload block 1 at 0x400000", error.Detail);
    }

    [Fact]
    [Rule("R-RD-2", "R-RD-3")]
    public void Anchors_share_no_place_with_each_other_and_zero_blocks_none_at_all()
    {
        var builder = new ImageBuilder { FileLength = 10 * MiB };
        builder.SetState(0, PayloadBlockState.Unmapped, 5 * MiB).SetState(1, PayloadBlockState.Undefined, 5 * MiB);
        builder.SetState(2, PayloadBlockState.Zero, 5 * MiB);
        Assert.Equal("R-RD-2", Assert.Single(Errors(builder)).RuleId);
    }

    [Fact]
    public void Blocks_that_touch_share_nothing()
    {
        var builder = new ImageBuilder { BlockSize = 64 << 20, DiskSize = 1 << 30, BatLength = 1 << 20 };
        builder.NextBlock = 5 * MiB;
        for (int block = 0; block < 16; block++)
        {
            builder.SetState(15 - block, PayloadBlockState.FullyPresent, builder.NextBlock);
            builder.NextBlock += 64 * MiB;
        }

        CheckReport report = ImageChecker.Check(builder.Build());
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
        Assert.Equal((MiB, 0L), (report.Blocks!.UnusedInsideBytes, report.Blocks.UnusedTailBytes));
    }

    [Fact]
    public void A_table_where_every_entry_names_one_block_gives_a_bounded_list()
    {
        var builder = new ImageBuilder { DiskSize = 64UL << 30, FileLength = 10 * MiB };
        for (int block = 0; block < 65536; block++)
        {
            builder.SetState(block, PayloadBlockState.FullyPresent, 5 * MiB);
        }

        Finding[] errors = [.. Errors(builder)];

        Assert.Equal(ImageChecker.MaxFindingsPerRule + 1, errors.Length);
        Assert.All(errors[..^1], error => Assert.EndsWith("payload block 0 at 0x500000", error.Detail));
        Assert.Equal($"{65535 - ImageChecker.MaxFindingsPerRule} more findings of this kind", errors[^1].Detail);
    }

    [Fact]
    public void A_flood_of_one_fault_hides_no_other()
    {
        var builder = new ImageBuilder { DiskSize = 64UL << 30 };
        for (int block = 0; block < 1000; block++)
        {
            builder.Bat[block] = 4;
        }

        builder.Bat[1000] = 6;
        Assert.Equal(102, Errors(builder).Count());
        Assert.Contains(Errors(builder), error => string.Equals(error.RuleId, "R-BAT-4", StringComparison.Ordinal));
    }

    private static IEnumerable<Finding> Errors(ImageBuilder builder) =>
        ImageChecker.Check(builder.Build()).Findings.Where(finding => finding.Severity == FindingSeverity.Error);
}
