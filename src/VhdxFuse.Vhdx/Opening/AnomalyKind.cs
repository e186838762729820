namespace VhdxFuse.Vhdx.Opening;

/// <summary>What was met and tolerated.</summary>
public enum AnomalyKind
{
    /// <summary>One header is torn; the other was used (R-HDR-4).</summary>
    HeaderTorn,

    /// <summary>Both headers are the same (T-1).</summary>
    HeadersIdentical,

    /// <summary>One copy of the region table is damaged; the other was used.</summary>
    RegionTableDamaged,

    /// <summary>Both copies of the region table are valid but differ; the first was used.</summary>
    RegionTablesDiffer,

    /// <summary>The log is named but was never written; nothing was pending (T-6).</summary>
    LogNamedButEmpty,

    /// <summary>A log is pending and was left out on request.</summary>
    LogNotReplayed,

    /// <summary>A metadata item that describes the disk isn't marked so.</summary>
    ItemFlags,

    /// <summary>A parent locator in a file that says it has no parent.</summary>
    LocatorWithoutParent,

    /// <summary>The file system has no locks: another program may be writing the image.</summary>
    NotLocked,

    /// <summary>Another program holds the image for writing; it was read all the same, on request.</summary>
    SharedWithWriter,

    /// <summary>A log is pending and corrupt; it was left out, on request.</summary>
    LogCorrupt,

    /// <summary>The file taken for the parent isn't the one the child names; on request.</summary>
    ParentMismatch,

    /// <summary>There is no parent; what it should hold can't be read. On request.</summary>
    ParentMissing,
}
