using System;
using System.IO;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Checking;

public sealed class CleanImageTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(DiskType.Dynamic, 1, 512)]
    [InlineData(DiskType.Dynamic, 32, 4096)]
    [InlineData(DiskType.Fixed, 1, 512)]
    [InlineData(DiskType.Fixed, 8, 4096)]
    public void A_new_image_has_no_findings(DiskType type, int blockMiB, int sector)
    {
        var file = new MemoryImageFile();
        var options = new CreateOptions
        {
            DiskSizeBytes = (10 * MiB) + 4096,
            Type = type,
            BlockSizeBytes = blockMiB << 20,
            LogicalSectorSizeBytes = sector,
        };
        Creator.Create(file, options, new FixedGuids(), new MemoryStream([1, 2, 3]));

        CheckReport report = ImageChecker.Check(file);

        Assert.Empty(report.Findings);
        Assert.True(report.IsClean);
        Assert.Equal((LogOutcome.Clean, 1), (report.Log!.Value, int.Min(1, (int)report.Blocks!.FullyPresentCount)));
    }

    [Fact]
    [Rule("R-PAR-7", "R-PAR-8")]
    public void A_child_is_checked_against_the_parent_it_is_given()
    {
        var fixture = new ChainFixture();
        using VhdxImage parent = VhdxImage.Open(fixture.Parent.Build(), new OpenOptions());
        MemoryImageFile child = fixture.Child.Build();
        Assert.Empty(ImageChecker.Check(child, new CheckOptions { Parent = parent }).Findings);
        Assert.Equal(2, ImageChecker.Check(child).Blocks!.FullyPresentCount
            + ImageChecker.Check(child).Blocks!.PartiallyPresentCount);

        fixture.Parent.DataWriteGuid = Guid.NewGuid();
        fixture.Parent.LogicalSectorSizeBytes = 4096;
        using VhdxImage other = VhdxImage.Open(fixture.Parent.Build(), new OpenOptions());
        Assert.Equal(["R-PAR-7", "R-PAR-8"], Rules(child, other));

        using VhdxImage itself = VhdxImage.Open(child.Reopen(), new OpenOptions());
        Assert.Equal(["R-PAR-8", "R-PAR-7"], Rules(child, itself));
    }

    [Fact]
    [Rule("R-BAT-10", "T-3")]
    public void Bitmap_slots_without_parent_are_no_findings()
    {
        var builder = new ImageBuilder { DiskSize = 5000 * (ulong)MiB };
        builder.Bat[4096] = 0x0040_0006;
        builder.AddBlock(0, 1);
        Assert.Empty(ImageChecker.Check(builder.Build()).Findings);
    }

    [CorpusTheory]
    [MemberData(nameof(Corpus.Names), MemberType = typeof(Corpus))]
    public void Images_of_other_programs_have_no_errors(string name)
    {
        using LinuxFile file = LinuxFile.OpenRead(Corpus.PathOf(name), new FileOpenOptions());
        CheckReport report = ImageChecker.Check(file);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));

        // Above a note only what Disk2vhd is known for.
        Assert.All(report.Findings, f => Assert.True(f.Severity == FindingSeverity.Info || f.RuleId is "T-1", $"{f}"));
        CorpusImage image = Corpus.Named(name);
        Assert.Equal(image.VirtualSize, report.Geometry!.DiskSizeBytes);
        Assert.Equal(image.Dirty, report.Log != LogOutcome.Clean);
    }

    private static string[] Rules(MemoryImageFile child, VhdxImage parent) =>
        [.. ImageChecker.Check(child, new CheckOptions { Parent = parent }).Findings.Select(f => f.RuleId)];
}
