namespace VhdxFuse.Vhdx.Journal;

/// <summary>A position in the log's ring, in 4 KiB sectors; below the ring's sector count.</summary>
internal readonly record struct LogSector(uint Value)
{
    public const int SizeBytes = 4096;

    /// <summary>In bytes from the log's start, as Tail fields count.</summary>
    public long OffsetBytes => (long)Value * SizeBytes;
}
