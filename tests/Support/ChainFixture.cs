using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support;

/// <summary>
/// A child with a block in each state over a parent whose eight blocks are full of 10, 11, … 17. Bend the builders
/// before building.
/// </summary>
public sealed class ChainFixture
{
    public ChainFixture()
    {
        Parent = new ImageDraft
        {
            Path = "/memory/parent.vhdx",
            DiskSizeBytes = 8 * Units.MiB,
            BlockSizeBytes = Units.MiB,
        };
        for (int block = 0; block < 8; block++)
        {
            Parent.Blocks[block] = PayloadBlock.Present(BlockContent.Filled((byte)(0x10 + block)));
        }

        Child = Parent.NewChild("/memory/child.vhdx");
        Child.Blocks[1] = PayloadBlock.InState(PayloadBlockState.Undefined);
        Child.Blocks[2] = PayloadBlock.InState(PayloadBlockState.Zero);
        Child.Blocks[3] = PayloadBlock.InState(PayloadBlockState.Unmapped);
        Child.Blocks[4] = PayloadBlock.Present(BlockContent.Filled(0xC4));
        Child.Blocks[5] = PayloadBlock.Partial(BlockContent.Filled(0xC5), 0, 2, 9);
    }

    public ImageDraft Parent { get; }

    public ImageDraft Child { get; }

    /// <summary>The first byte of the first twelve sectors of each block of the child, as worked out by hand.</summary>
    public static IReadOnlyDictionary<int, byte[]> ExpectedFirstBytes { get; } = new Dictionary<int, byte[]>
    {
        [0] = [0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10],
        [1] = new byte[12],
        [2] = new byte[12],
        [3] = new byte[12],
        [4] = [0xC4, 0xC4, 0xC4, 0xC4, 0xC4, 0xC4, 0xC4, 0xC4, 0xC4, 0xC4, 0xC4, 0xC4],
        [5] = [0xC5, 0x15, 0xC5, 0x15, 0x15, 0x15, 0x15, 0x15, 0x15, 0xC5, 0x15, 0x15],
        [6] = [0x16, 0x16, 0x16, 0x16, 0x16, 0x16, 0x16, 0x16, 0x16, 0x16, 0x16, 0x16],
        [7] = [0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17],
    };

    public ReferenceDisk ExpectedDisk() => Child.ExpectedDisk(Parent.ExpectedDisk());
}
