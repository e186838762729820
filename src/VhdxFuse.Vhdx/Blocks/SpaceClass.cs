namespace VhdxFuse.Vhdx.Blocks;

/// <summary>What free space holds, by its history (D-6).</summary>
internal enum SpaceClass
{
    /// <summary>Anything: free at open, freed since, or handed out before.</summary>
    Dirty,

    /// <summary>Zeros, also after a crash: added by our own extension and never handed out, or punched and flushed
    /// since.</summary>
    Zero,
}
