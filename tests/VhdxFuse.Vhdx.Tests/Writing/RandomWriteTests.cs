using CsCheck;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Writing;

/// <summary>Any sequence of writes, zeros, flushes, checkpoints and reopenings reads like a plain array of
/// bytes.</summary>
public sealed class RandomWriteTests
{
    private const int Sequences = 200;
    private const int DiskBytes = (4 * Units.MiB) + (3 * 4096); // the last block is a part of one

    private static readonly Gen<(int Kind, int Offset, int Length, byte Value)> Step = Gen.Select(
        Gen.Int[0, 9],
        Gen.Int[0, DiskBytes - 1],
        Gen.OneOf(Gen.Int[1, 9000], Gen.Int[1, 3 * Units.MiB / 2]),
        Gen.Byte[1, 255]);

    [Theory]
    [InlineData("dynamic", 512)]
    [InlineData("dynamic", 4096)]
    [InlineData("fixed", 512)]
    [InlineData("fixed", 4096)]
    [InlineData("child", 512)]
    [InlineData("child", 4096)]
    [InlineData("child of child", 512)]
    [InlineData("child of child", 4096)]
    public void A_disk_reads_like_a_byte_array(string shape, int sectorBytes) =>
        Step.Array[1, 30].Sample(
            steps =>
            {
                using WritableDisk disk = NewDisk(shape, sectorBytes);
                return Run(disk, steps);
            },
            iter: Sequences);

    private static WritableDisk NewDisk(string shape, int sectorBytes)
    {
        var draft = new ImageDraft
        {
            Path = "/memory/base.vhdx",
            Kind = shape == "fixed" ? ImageKind.Fixed : ImageKind.Dynamic,
            DiskSizeBytes = DiskBytes,
            BlockSizeBytes = Units.MiB,
            LogicalSectorSizeBytes = sectorBytes,
        };
        draft.Blocks[0] = PayloadBlock.Present(BlockContent.Stamped(1));
        draft.Blocks[3] = PayloadBlock.Present(BlockContent.Stamped(2));
        ReferenceDisk expected = draft.ExpectedDisk();
        var parents = new MemoryParentSource();
        foreach (string path in ChildrenOf(shape))
        {
            parents.Add(draft.Build());
            draft = draft.NewChild(path);
            draft.Blocks[1] = PayloadBlock.InState(PayloadBlockState.Zero);
            draft.Blocks[2] = PayloadBlock.Partial(BlockContent.Stamped(3), 0, 2, 9);
            draft.Blocks[4] = PayloadBlock.InState(PayloadBlockState.Unmapped);
            expected = draft.ExpectedDisk(expected);
        }

        return new WritableDisk(draft.Build(), expected, parents, new OpenOptions { LapSectors = 9 });
    }

    // The paths of the children, from the base up.
    private static string[] ChildrenOf(string shape) => shape switch
    {
        "child" => ["/memory/child.vhdx"],
        "child of child" => ["/memory/child.vhdx", "/memory/grandchild.vhdx"],
        _ => [],
    };

    private static bool Run(WritableDisk disk, (int Kind, int Offset, int Length, byte Value)[] steps)
    {
        foreach ((int kind, int offset, int length, byte value) in steps)
        {
            int inside = int.Min(length, (int)disk.Disk.LengthBytes - offset);
            switch (kind)
            {
                case 0 or 1 or 2 or 3:
                    disk.Write(offset, inside, value);
                    break;
                case 4 or 5:
                    disk.WriteZeros(offset, inside);
                    break;
                case 6:
                    disk.Disk.Flush();
                    break;
                case 7:
                    disk.Disk.Checkpoint();
                    break;
                case 8:
                    disk.Reopen();
                    break;
                default:
                    disk.Disk.Flush();
                    disk.Restart();
                    break;
            }
        }

        bool isSame = disk.FirstDifference() is null;
        disk.Disk.Flush();
        return isSame && disk.FirstDifferenceOfAReader() is null;
    }
}
