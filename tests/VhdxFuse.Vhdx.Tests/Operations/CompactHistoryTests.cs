using CsCheck;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using VhdxFuse.Vhdx.Tests.Writing;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Operations;

/// <summary>Whatever was written to a disk, and however its image was compacted in between: the disk reads the same,
/// the file isn't longer, and nothing in it is unused but gaps too small for a block.</summary>
public sealed class CompactHistoryTests
{
    private const int Histories = 30;
    private const int BlockCount = 12;

    private static readonly Gen<(int Kind, int Block, int Offset, int Length, byte Value)> Step = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, BlockCount - 1], Gen.Int[0, 8191], Gen.Int[1, 3 * Units.MiB / 2], Gen.Byte[0, 3]);

    [Theory]
    [InlineData("dynamic", 1, 512)]
    [InlineData("dynamic", 4, 4096)]
    [InlineData("child", 1, 512)]
    [InlineData("child", 2, 4096)]
    [InlineData("child of child", 1, 512)]
    public void Compacting_changes_no_byte_of_the_disk(string shape, int blockMiB, int sectorBytes) =>
        Step.Array[1, 24].Sample(
            steps =>
            {
                using WritableDisk disk = NewDisk(shape, blockMiB, sectorBytes);
                foreach ((int kind, int block, int offset, int length, byte value) in steps)
                {
                    Take(disk, kind, ((long)block * blockMiB * Units.MiB) + offset, length, value);
                }

                return disk.FirstDifference() is null && IsCompact(disk, Compact(disk));
            },
            iter: Histories);

    private static void Take(WritableDisk disk, int kind, long offset, int length, byte value)
    {
        length = (int)long.Min(length, disk.Disk.LengthBytes - offset);
        switch (kind)
        {
            case 0 or 1 or 2 or 3:
                disk.Write(offset, length, value); // zeros too
                break;
            case 4 or 5:
                disk.WriteZeros(offset, length);
                break;
            case 6:
                disk.WriteZeros(offset / Units.MiB * Units.MiB, length / Units.MiB * Units.MiB);
                break;
            case 7:
                disk.Reopen();
                break;
            case 8:
                disk.Disk.Flush();
                disk.Restart();
                break;
            default:
                Compact(disk);
                break;
        }
    }

    // First what it would gain, then the same done.
    private static CompactReport Compact(WritableDisk disk)
    {
        CompactReport foretold = Compactor.Compact(disk.Chain, new CompactOptions { IsRehearsal = true });
        CompactReport done = Compactor.Compact(disk.Chain, new CompactOptions());
        Assert.Equal(foretold, done);
        return done;
    }

    private static bool IsCompact(WritableDisk disk, CompactReport report)
    {
        if (disk.FirstDifference() is not null || disk.FirstDifferenceOfAReader() is not null)
        {
            return false;
        }

        DiskGeometry geometry = disk.Chain.Layers[^1].Geometry;
        CheckReport check = ImageChecker.Check(disk.File);
        long gaps = geometry.HasParent ? geometry.BlockSizeBytes - Units.MiB : 0;
        return check.IsClean
            && disk.File.LengthBytes == report.LengthAfterBytes
            && report.LengthAfterBytes <= report.LengthBeforeBytes
            && check.Blocks!.UnusedTailBytes == 0
            && check.Blocks.UnusedInsideBytes <= gaps;
    }

    private static WritableDisk NewDisk(string shape, int blockMiB, int sectorBytes)
    {
        var draft = new ImageDraft
        {
            Path = "/memory/base.vhdx",
            DiskSizeBytes = ((long)BlockCount * blockMiB * Units.MiB) - (3 * 4096),
            BlockSizeBytes = blockMiB * Units.MiB,
            LogicalSectorSizeBytes = sectorBytes,
        };
        draft.Blocks[0] = PayloadBlock.Present(BlockContent.Stamped(1));
        draft.Blocks[7] = PayloadBlock.Present(BlockContent.Zeros);
        draft.Blocks[BlockCount - 1] = PayloadBlock.Present(BlockContent.Stamped(2));
        ReferenceDisk expected = draft.ExpectedDisk();
        var parents = new MemoryParentSource();
        string[] children = shape switch
        {
            "child" => ["/memory/child.vhdx"],
            "child of child" => ["/memory/child.vhdx", "/memory/grandchild.vhdx"],
            _ => [],
        };
        foreach (string path in children)
        {
            parents.Add(draft.Build());
            draft = draft.NewChild(path);
            draft.Blocks[1] = PayloadBlock.InState(PayloadBlockState.Zero);
            draft.Blocks[2] = PayloadBlock.Partial(BlockContent.Stamped(3), 0, 2, 9);
            draft.Blocks[4] = PayloadBlock.Partial(BlockContent.Zeros, 1);
            draft.Blocks[7] = PayloadBlock.Partial(BlockContent.Zeros, 5);
            draft.Blocks[9] = PayloadBlock.Present(BlockContent.Zeros);
            expected = draft.ExpectedDisk(expected);
        }

        return new WritableDisk(draft.Build(), expected, parents, new OpenOptions { LapSectors = 9 });
    }
}
