namespace VhdxFuse.Vhdx.Journal;

/// <summary>Why a sector that starts like a log entry is not one (R-LOG-2 and those that follow it).</summary>
public enum LogEntryDefect
{
    /// <summary>None: the entry is valid.</summary>
    None,

    /// <summary>The length is 0, no multiple of 4 KiB, or not below the log's.</summary>
    Length,

    /// <summary>The Tail is no multiple of 4 KiB or outside the log.</summary>
    Tail,

    /// <summary>The sequence number is 0.</summary>
    SequenceNumber,

    /// <summary>The descriptors don't fit the entry, or their number doesn't make its length.</summary>
    DescriptorCount,

    /// <summary>A descriptor has another signature or sequence number, or a place that is no multiple of 4
    /// KiB.</summary>
    Descriptor,

    /// <summary>A data sector belongs to another entry: the write of this one was torn, or a part
    /// overwritten.</summary>
    DataSector,

    /// <summary>The checksum doesn't match.</summary>
    Checksum,
}
