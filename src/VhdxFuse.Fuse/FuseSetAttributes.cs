using System.IO;

namespace VhdxFuse.Fuse;

/// <summary>A request to change attributes: only what is not null is to be changed.</summary>
public readonly record struct FuseSetAttributes
{
    /// <summary>The new size in bytes (<c>truncate</c>, or O_TRUNC, which arrives as size 0 before the open).</summary>
    public long? SizeBytes { get; init; }

    /// <summary>The new permission bits (<c>chmod</c>).</summary>
    public UnixFileMode? Permissions { get; init; }

    /// <summary>The new owner (<c>chown</c>).</summary>
    public uint? UserId { get; init; }

    /// <summary>The new group (<c>chgrp</c>).</summary>
    public uint? GroupId { get; init; }

    /// <summary>The new access time; "now" has already been turned into a time by the kernel.</summary>
    public FuseTimestamp? AccessTime { get; init; }

    /// <summary>The new modification time; "now" has already been turned into a time by the kernel.</summary>
    public FuseTimestamp? ModificationTime { get; init; }
}
