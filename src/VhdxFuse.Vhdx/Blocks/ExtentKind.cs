namespace VhdxFuse.Vhdx.Blocks;

/// <summary>Where the bytes of an extent come from.</summary>
internal enum ExtentKind
{
    /// <summary>From the file, at the extent's offset.</summary>
    Data,

    /// <summary>They are zeros, whatever a parent holds.</summary>
    Zero,

    /// <summary>The layer doesn't hold them: they are the parent's, or zeros where there is none.</summary>
    Absent,

    /// <summary>The entry that should say it can't be used.</summary>
    Unreadable,
}
