namespace VhdxFuse.Vhdx.Blocks;

/// <summary>Why an entry of the block allocation table can't be used.</summary>
internal enum BatDefect
{
    None,

    /// <summary>Payload state 4 or 5 (R-BAT-7).</summary>
    UnknownPayloadState,

    /// <summary>A bitmap state other than 0 and 6 (R-BAT-7).</summary>
    UnknownBitmapState,

    /// <summary>R-BAT-6.</summary>
    ReservedBits,

    /// <summary>R-BAT-8.</summary>
    PartialWithoutParent,

    /// <summary>R-BAT-9.</summary>
    PartialWithoutBitmap,

    /// <summary>Present at offset 0 (R-BAT-4).</summary>
    OffsetZero,

    /// <summary>Behind the largest file there can be (R-BAT-5).</summary>
    BeyondLargestFile,

    /// <summary>Behind the end of this file (R-BAT-5, but for T-4).</summary>
    BeyondEndOfFile,

    /// <summary>On the header section, the log or a region (R-BAT-5).</summary>
    OverlapsStructure,
}
