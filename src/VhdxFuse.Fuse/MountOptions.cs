using System;
using System.Collections.Generic;

namespace VhdxFuse.Fuse;

/// <summary>How to mount and to serve. <c>default_permissions</c>, <c>nosuid</c> and <c>nodev</c> are always
/// set.</summary>
public sealed record MountOptions
{
    /// <summary>The timeout for trees that change only through the mount.</summary>
    public static readonly TimeSpan StaticTimeout = TimeSpan.FromSeconds(3600);

    /// <summary>The first column of /proc/mounts, by convention the image's path. Any characters but NUL.</summary>
    public string Source { get; init; } = "fuse";

    /// <summary>The second part of the file system type <c>fuse.SUBTYPE</c>: letters, digits, <c>-</c>, <c>_</c>.
    /// Empty: plain <c>fuse</c>.</summary>
    public string Subtype { get; init; } = "";

    /// <summary>Mount read-only: the kernel refuses writing with EROFS, and so does the transport.</summary>
    public bool ReadOnly { get; init; } = true;

    /// <summary>Let other users in; the permission bits decide what they may do. Through fusermount3 this
    /// needs user_allow_other in /etc/fuse.conf.</summary>
    public bool AllowOther { get; init; }

    /// <summary>Let root in besides the owner. Has the same needs as <see cref="AllowOther"/>, which wins if both are
    /// set.</summary>
    public bool AllowRoot { get; init; }

    /// <summary>Ask fusermount3 to unmount when this process dies. Reliable only with <see cref="AllowOther"/>
    /// or as root: otherwise fusermount3 may leave a dead mount. Forces mounting through fusermount3.</summary>
    public bool AutoUnmount { get; init; }

    /// <summary>How many requests are served at once that wait for no disk; null: as many as cores, at least 2 and at
    /// most 4. Threads are started as they are needed.</summary>
    public int? Threads { get; init; }

    /// <summary>Give each reader a descriptor of its own.</summary>
    public bool CloneDescriptors { get; init; }

    /// <summary>The largest request in pages, 1 to 65535; null: 128 (512 KiB), so that a read of 1 MiB comes as two
    /// that are served side by side. The kernel's own limit caps it.</summary>
    public int? MaxPages { get; init; }

    /// <summary>How far the kernel reads ahead for those who read one piece after the other; as root only, else it is
    /// the kernel's 128 KiB. 0 leaves it at that.</summary>
    public int ReadAheadBytes { get; init; } = 1 << 20;

    /// <summary>How long the kernel may trust a name it looked up.</summary>
    public TimeSpan EntryTimeout { get; init; } = StaticTimeout;

    /// <summary>How long the kernel may trust attributes, the size among them.</summary>
    public TimeSpan AttributeTimeout { get; init; } = StaticTimeout;

    /// <summary>How long the kernel may remember that a name doesn't exist.</summary>
    public TimeSpan NegativeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>More options, one a string. Mount flags (<c>noexec</c>, <c>noatime</c>, <c>nodiratime</c>,
    /// <c>sync</c>, <c>dirsync</c>) and <c>max_read=N</c> work everywhere; others go to the kernel or
    /// fusermount3, which may refuse them.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>What a caller gets when a handler throws; null: EIO. May run on any reader thread; must not
    /// throw.</summary>
    public Func<Exception, FuseErrno>? ErrnoOf { get; init; }

    /// <summary>Told of every handler that threw, before the caller is answered. May run on any reader thread;
    /// must be quick and must not touch the mount.</summary>
    public Action<FuseFault>? Faulted { get; init; }
}
