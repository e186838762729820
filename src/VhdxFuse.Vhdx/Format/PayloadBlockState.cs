namespace VhdxFuse.Vhdx.Format;

/// <summary>What a payload block's BAT entry says of it. MS-VHDX 2.5.1.1; 4 and 5 are not legal (R-BAT-7).</summary>
public enum PayloadBlockState
{
    /// <summary>Zeros, or in a differencing file the parent's data.</summary>
    NotPresent = 0,

    /// <summary>Anything by the specification; zeros here.</summary>
    Undefined = 1,

    /// <summary>Zeros.</summary>
    Zero = 2,

    /// <summary>Trimmed: zeros here, never the parent.</summary>
    Unmapped = 3,

    /// <summary>In this file.</summary>
    FullyPresent = 6,

    /// <summary>In a differencing file: sector by sector here or in the parent.</summary>
    PartiallyPresent = 7,
}
