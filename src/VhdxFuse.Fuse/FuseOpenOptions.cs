using System;

namespace VhdxFuse.Fuse;

/// <summary>How the kernel is to treat an open file. The bits are those of <c>fuse_open_out.open_flags</c>.</summary>
[Flags]
public enum FuseOpenOptions
{
    /// <summary>Cached pages are dropped at this open; reads and writes go through the page cache.</summary>
    None = 0,

    /// <summary>Every read and write comes to the file system; nothing is cached.</summary>
    DirectIO = 1,

    /// <summary>Pages cached before this open stay valid.</summary>
    KeepCache = 2,

    /// <summary>The file cannot be sought.</summary>
    NonSeekable = 4,

    /// <summary>The directory's listing may be cached. For OpenDir only; add <see cref="KeepCache"/> to keep
    /// it.</summary>
    CacheDirectory = 8,

    /// <summary>With <see cref="DirectIO"/>: writes to one file may run in parallel.</summary>
    ParallelDirectWrites = 64,
}
