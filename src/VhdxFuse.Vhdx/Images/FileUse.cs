namespace VhdxFuse.Vhdx.Images;

/// <summary>What an open file may be used for.</summary>
internal enum FileUse
{
    /// <summary>Nothing that changes it.</summary>
    Read,

    /// <summary>Everything.</summary>
    ReadWrite,
}
