namespace VhdxFuse.Partitions;

/// <summary>How a disk is divided.</summary>
internal enum PartitionScheme
{
    /// <summary>Not at all, or in a way that isn't known.</summary>
    None,

    /// <summary>A master boot record, with the chain of logical partitions it may name.</summary>
    Mbr,

    /// <summary>A GUID partition table.</summary>
    Gpt,
}
