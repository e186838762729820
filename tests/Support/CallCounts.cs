namespace VhdxFuse.Support;

/// <summary>What was asked of an image file: the raw figures of the cost table.</summary>
/// <param name="Reads">Calls.</param>
/// <param name="BytesRead">Bytes given, over all reads.</param>
/// <param name="HoleQueries">Calls that asked for the next data.</param>
/// <param name="Writes">Calls that change the file: writes, zeros, lengths.</param>
/// <param name="BytesWritten">Bytes taken, without zeroed ranges.</param>
/// <param name="Flushes">Calls.</param>
public readonly record struct CallCounts(
    long Reads, long BytesRead, long HoleQueries, long Writes, long BytesWritten, long Flushes)
{
    /// <summary>What came on top since an earlier moment.</summary>
    public CallCounts Since(CallCounts earlier) => new(
        Reads - earlier.Reads,
        BytesRead - earlier.BytesRead,
        HoleQueries - earlier.HoleQueries,
        Writes - earlier.Writes,
        BytesWritten - earlier.BytesWritten,
        Flushes - earlier.Flushes);
}
