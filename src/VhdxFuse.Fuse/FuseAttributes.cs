using System.IO;

namespace VhdxFuse.Fuse;

/// <summary>What <c>stat</c> shows of a node.</summary>
public readonly record struct FuseAttributes
{
    /// <summary>Directory or regular file. Must be set.</summary>
    public FuseFileType Type { get; init; }

    /// <summary>The permission bits. The kernel enforces them (<c>default_permissions</c> is always set).</summary>
    public UnixFileMode Permissions { get; init; }

    /// <summary>The size in bytes; 0 for a directory.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Bytes really held; shown as <c>st_blocks</c> in 512-byte units, rounded up. <c>du</c> and <c>cp</c>
    /// trust it.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>The preferred size of one transfer in bytes (<c>st_blksize</c>); 0 means 4096.</summary>
    public uint BlockSizeBytes { get; init; }

    /// <summary>The inode number shown to users; 0 lets the transport show the node's id.</summary>
    public ulong Inode { get; init; }

    /// <summary>Number of links; 0 means 1, or 2 for a directory.</summary>
    public uint LinkCount { get; init; }

    /// <summary>The owner.</summary>
    public uint UserId { get; init; }

    /// <summary>The group.</summary>
    public uint GroupId { get; init; }

    /// <summary>Last access.</summary>
    public FuseTimestamp AccessTime { get; init; }

    /// <summary>Last change of the content.</summary>
    public FuseTimestamp ModificationTime { get; init; }

    /// <summary>Last change of content or attributes.</summary>
    public FuseTimestamp ChangeTime { get; init; }

    /// <summary>Whether they may change without the kernel's doing: it then asks each time, whatever
    /// <see cref="MountOptions.AttributeTimeout"/> says.</summary>
    public bool IsVolatile { get; init; }
}
