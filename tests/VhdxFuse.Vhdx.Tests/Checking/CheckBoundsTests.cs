using System;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Checking;

/// <summary>Free space, faults of the file below, and what a check costs.</summary>
public sealed class CheckBoundsTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(4, 0, 0, 0)]
    [InlineData(4, 0, 777, 777)]
    [InlineData(7, 3, 0, 0)]
    [InlineData(7, 3, 5 * MiB, 5 * MiB)]
    [Rule("R-WR-3", "T-8")]
    public void Unused_space_is_counted_inside_and_at_the_end(long atMiB, long insideMiB, long more, long tail)
    {
        var builder = new ImageBuilder { NextBlock = atMiB * MiB };
        builder.AddBlock(0, 1);
        builder.FileLength = builder.NextBlock + more;

        CheckReport report = ImageChecker.Check(builder.Build());

        Assert.Equal((insideMiB * MiB, tail), (report.Blocks!.UnusedInsideBytes, report.Blocks.UnusedTailBytes));
        Assert.All(report.Findings, finding => Assert.Equal(FindingSeverity.Info, finding.Severity));
        int spaces = report.Findings.Count(f => string.Equals(f.RuleId, "R-WR-3", StringComparison.Ordinal));
        Assert.Equal(int.Sign((int)insideMiB) + long.Sign(tail), spaces);
    }

    [Fact]
    public void An_anchor_and_an_unknown_region_are_no_unused_space()
    {
        var builder = new ImageBuilder { NextBlock = 6 * MiB };
        builder.ExtraRegions.Add(new RegionTableEntry(Guid.NewGuid(), 4 << 20, 1 << 20, 0));
        builder.SetState(3, PayloadBlockState.Unmapped, 5 * MiB);
        CheckReport report = ImageChecker.Check(builder.Build());
        Assert.Equal((0, 0), (report.Blocks!.UnusedInsideBytes, report.Blocks.UnusedTailBytes));
        Assert.Equal(1, report.Blocks.AnchorCount);
    }

    [Fact]
    public void A_failing_disk_is_an_exception_and_no_finding()
    {
        MemoryImageFile file = new ImageBuilder().Build();
        ImageChecker.Check(file);
        int reads = file.Reads;
        Assert.True(reads > 5);
        for (int call = 1; call <= reads; call++)
        {
            using var faulty = new FaultyImageFile(file) { Watched = FileCalls.Read, FailedCall = call };
            VhdxException error = Assert.Throws<VhdxException>(() => ImageChecker.Check(faulty));
            Assert.Equal(VhdxErrorKind.Io, error.Kind);
        }
    }

    [Fact]
    public void A_file_that_is_cut_while_it_is_read_is_an_error_finding()
    {
        MemoryImageFile file = new ImageBuilder { LogGuid = Guid.NewGuid() }.AddBlock(0, 1).Build();
        for (long cut = 520; cut < (3 * MiB) + 64; cut += 50_000)
        {
            using var faulty = new FaultyImageFile(file) { CutAtBytes = cut };
            Assert.False(ImageChecker.Check(faulty).IsClean, $"cut at {cut}");
        }
    }

    [Fact]
    public void A_disk_of_64_TiB_with_blocks_at_both_ends_costs_a_few_reads_and_little_memory()
    {
        var builder = new ImageBuilder { DiskSize = 64UL << 40, BatLength = 513 << 20, NextBlock = 600 * MiB };
        builder.AddBlock(0, 1).AddBlock((64L << 20) - 1, 2).SetState(5, PayloadBlockState.FullyPresent, 64L << 40);
        builder.FileLength = (64L << 40) + MiB;
        MemoryImageFile file = builder.Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        file.ResetCounts();

        CheckReport report = ImageChecker.Check(file);

        Assert.True(report.IsClean);
        Assert.Equal(3, report.Blocks!.FullyPresentCount);
        Assert.Equal((64L << 40) + MiB - ((516 + 3) * MiB), report.Blocks.UnusedInsideBytes); // 3 blocks
        Assert.Equal(0, report.Blocks.UnusedTailBytes);
        Assert.True(file.Reads < 25, $"{file.Reads} reads");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MiB, $"{allocated} bytes allocated");
    }

    [Fact]
    public void A_table_of_a_million_blocks_takes_a_bit_for_each()
    {
        var builder = new ImageBuilder { DiskSize = 1UL << 40, BatLength = 9 << 20, NextBlock = 12 * MiB };
        byte[] table = new byte[8 << 20];
        for (long index = 0; index < table.Length / 8; index++)
        {
            BitConverter.TryWriteBytes(table.AsSpan((int)index * 8), ((12 + index) << 20) | 6);
        }

        builder.WriteAt(3 * MiB, table);
        builder.FileLength = (12 * MiB) + (1L << 40);
        MemoryImageFile file = builder.Build();
        ImageChecker.Check(new ImageBuilder().Build());
        long before = GC.GetAllocatedBytesForCurrentThread();

        CheckReport report = ImageChecker.Check(file);

        Assert.True(report.IsClean, string.Join('\n', report.Findings.Take(5)));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MiB, $"{allocated} bytes allocated");
    }

    [Fact]
    public void A_check_of_a_small_clean_image_allocates_no_large_buffer()
    {
        MemoryImageFile file = new ImageBuilder().AddBlock(0, 1).Build();
        long least = long.MaxValue; // a collection may have emptied the pool between two checks
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ImageChecker.Check(file);
            least = long.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(least < 16 * Units.KiB, $"{least} bytes allocated");
    }
}
