namespace VhdxFuse.Vhdx.Images;

/// <summary>What a lock of somebody else means to an open.</summary>
internal enum LockConflict
{
    /// <summary>The open fails.</summary>
    Refuse,

    /// <summary>The open goes on and says so.</summary>
    Note,
}
