namespace VhdxFuse.Fuse.Session;

/// <summary>How long serving a request may take.</summary>
internal enum RequestWeight
{
    /// <summary>No more than a look-up in memory.</summary>
    Quick,

    /// <summary>A READ of little: quick unless it has to wait for the disk.</summary>
    SmallRead,

    /// <summary>A WRITE of little: quick unless the host, or the log, slows writers down.</summary>
    SmallWrite,

    /// <summary>As long as many bytes need to be copied, or a map to be searched: attributes tell how much is
    /// stored.</summary>
    Long,

    /// <summary>As long as a disk needs to make things durable, or to give space back.</summary>
    Waiting,
}
