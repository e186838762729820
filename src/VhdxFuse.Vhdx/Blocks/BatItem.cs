using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>One entry of the block allocation table: what it speaks of, what it takes, whether it may be
/// used.</summary>
/// <param name="Index">In the table.</param>
/// <param name="EntryAt">Where the entry lies in the file.</param>
/// <param name="IsSectorBitmap">Whether it is the slot behind a chunk, and not a payload block's.</param>
/// <param name="Block">The payload block; of a bitmap slot, the first block of its chunk.</param>
/// <param name="Entry">As the file has it.</param>
/// <param name="Start">Where the block lies in the file, when it takes space.</param>
/// <param name="LengthBytes">What it takes: 0 for none, else whole MiB below the largest file. A defective entry that
/// names a place takes it too.</param>
/// <param name="Defect">What is wrong with it.</param>
internal readonly record struct BatItem(
    BatIndex Index,
    FileOffset EntryAt,
    bool IsSectorBitmap,
    BlockIndex Block,
    BatEntry Entry,
    FileOffset Start,
    long LengthBytes,
    BatDefect Defect)
{
    /// <summary>Whether it only reserves a place for a block that isn't there (R-RD-2).</summary>
    public bool IsAnchor => LengthBytes > 0 && BatRules.MayAnchor(IsSectorBitmap, Entry);
}
