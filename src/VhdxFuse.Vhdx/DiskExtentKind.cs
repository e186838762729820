namespace VhdxFuse.Vhdx;

/// <summary>What a stretch of a disk is.</summary>
public enum DiskExtentKind
{
    /// <summary>Bytes stored in a layer.</summary>
    Data,

    /// <summary>Zeros because a layer says so.</summary>
    Zero,

    /// <summary>Zeros because no layer holds anything there.</summary>
    Absent,

    /// <summary>A layer's entry for it can't be used; reading it fails.</summary>
    Unreadable,
}
