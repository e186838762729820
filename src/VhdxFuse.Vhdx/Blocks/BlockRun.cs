using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>Payload blocks that follow each other in the disk and, when they are present, in the file.</summary>
/// <param name="State">Of each of them.</param>
/// <param name="At">Where the first lies, when present.</param>
/// <param name="Count">At least 1; exactly 1 when partially present or defective.</param>
/// <param name="Defect">Why the block's entry can't be used; null when it can.</param>
internal readonly record struct BlockRun(
    PayloadBlockState State, FileOffset At, long Count, VhdxException? Defect = null);
