namespace VhdxFuse.Vhdx;

/// <summary>The kind of an image (R-FP-1).</summary>
public enum DiskType
{
    /// <summary>Blocks are allocated when they are first written.</summary>
    Dynamic,

    /// <summary>All blocks are allocated.</summary>
    Fixed,

    /// <summary>Holds what differs from a parent.</summary>
    Differencing,
}
