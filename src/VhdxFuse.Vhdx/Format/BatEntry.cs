namespace VhdxFuse.Vhdx.Format;

/// <summary>One entry of the block allocation table. MS-VHDX 2.5.1.</summary>
/// <param name="Raw">The 64 bits as the file has them.</param>
internal readonly record struct BatEntry(ulong Raw)
{
    public const int SizeBytes = 8;

    /// <summary>The only state but 0 that a sector bitmap block may have.</summary>
    public const int BitmapPresentState = 6;

    private const ulong StateMask = 0x7;
    private const ulong OffsetMask = 0xFFFF_FFFF_FFF0_0000;
    private const int OffsetShift = 20;

    public PayloadBlockState State => (PayloadBlockState)(Raw & StateMask);

    /// <summary>Bits 3–19: must be zero (R-BAT-6).</summary>
    public ulong ReservedBits => Raw & ~(OffsetMask | StateMask);

    /// <summary>In MiB; up to 44 bits, so only what is below the file size limit fits an offset.</summary>
    public ulong FileOffsetMiB => Raw >> OffsetShift;

    /// <param name="state">Present.</param>
    /// <param name="fileOffset">In bytes; whole MiB.</param>
    public static BatEntry Of(PayloadBlockState state, long fileOffset) => new((ulong)state | (ulong)fileOffset);
}
