namespace VhdxFuse.Vhdx.Layout;

/// <summary>The sizes that the format is built from, and division that states its intent.</summary>
internal static class Units
{
    public const int KiB = 1024;
    public const int MiB = 1024 * KiB;
    public const long GiB = 1024L * MiB;
    public const long TiB = 1024 * GiB;

    /// <summary>Largest disk the format allows.</summary>
    public const long MaxDiskSizeBytes = 64 * TiB;

    /// <summary>Largest image file this implementation follows; beyond every real file, below any overflow.</summary>
    public const long MaxFileSizeBytes = 256 * TiB;

    public static long DivideRoundUp(long value, long by) => (value / by) + (value % by == 0 ? 0 : 1);

    public static long RoundUp(long value, long to) => DivideRoundUp(value, to) * to;
}
