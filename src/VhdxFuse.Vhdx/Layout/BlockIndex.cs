namespace VhdxFuse.Vhdx.Layout;

/// <summary>Which payload block of the disk, from 0.</summary>
internal readonly record struct BlockIndex(long Value);
