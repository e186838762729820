using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Vhdx.Layout;

/// <summary>Which entry of the block allocation table, payload and sector bitmap entries counted together.</summary>
internal readonly record struct BatIndex(long Value)
{
    /// <summary>Where the entry lies in its region.</summary>
    public long OffsetInRegion => Value * BatEntry.SizeBytes;
}
