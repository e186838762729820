using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx;

/// <summary>A stretch of a disk that is stored in one way.</summary>
/// <param name="DiskOffset">Where it starts, in bytes.</param>
/// <param name="LengthBytes">At least 1.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Layer">Which layer says so, the base being 0.</param>
/// <param name="FileOffset">Where data lie in that layer's file.</param>
/// <param name="Defect">Why it is unreadable; else null.</param>
public readonly record struct DiskExtent(
    long DiskOffset, long LengthBytes, DiskExtentKind Kind, int Layer, FileOffset FileOffset, VhdxException? Defect)
{
    internal long End => DiskOffset + LengthBytes;

    /// <summary>Whether <paramref name="next"/>, right behind this one, is more of the same.</summary>
    internal bool IsContinuedBy(in DiskExtent next) =>
        Kind == next.Kind && Layer == next.Layer && ReferenceEquals(Defect, next.Defect)
        && (Kind != DiskExtentKind.Data || FileOffset + LengthBytes == next.FileOffset);
}
