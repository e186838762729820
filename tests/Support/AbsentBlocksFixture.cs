using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support;

/// <summary>An image without parent whose blocks are in the states without content: 0, 1, 2 and 3 without an offset,
/// then 1, 3 and 2 with the offset of space that is full of EE, then one that is present. All but the last read as
/// zeros.
/// </summary>
public sealed class AbsentBlocksFixture
{
    private const ulong FirstAnchorMiB = 16;

    public ImageDraft Image { get; } = new()
    {
        DiskSizeBytes = 8 * Units.MiB,
        BlockSizeBytes = Units.MiB,
        Blocks =
        {
            [1] = PayloadBlock.InState(PayloadBlockState.Undefined),
            [2] = PayloadBlock.InState(PayloadBlockState.Zero),
            [3] = PayloadBlock.InState(PayloadBlockState.Unmapped),
            [4] = Anchored(PayloadBlockState.Undefined, FirstAnchorMiB),
            [5] = Anchored(PayloadBlockState.Unmapped, FirstAnchorMiB + 1),
            [6] = Anchored(PayloadBlockState.Zero, FirstAnchorMiB + 2),
            [7] = PayloadBlock.Present(BlockContent.Stamped()),
        },
    };

    private static PayloadBlock Anchored(PayloadBlockState state, ulong fileOffsetMiB) =>
        PayloadBlock.InState(state, fileOffsetMiB) with { Content = BlockContent.Filled(0xEE) };
}
