using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>A stretch of a disk that one layer stores in one way.</summary>
/// <param name="Kind">How.</param>
/// <param name="LengthBytes">At least 1.</param>
/// <param name="At">In the layer's file, for data.</param>
/// <param name="Defect">For what is unreadable: the reason.</param>
internal readonly record struct Extent(
    ExtentKind Kind, long LengthBytes, FileOffset At = default, VhdxException? Defect = null);
