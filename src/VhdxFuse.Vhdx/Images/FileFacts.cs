namespace VhdxFuse.Vhdx.Images;

/// <summary>What the file system says about an image file: for a report, and to show later that nothing changed.
/// </summary>
public sealed record FileFacts
{
    /// <summary>In bytes; of a block device its capacity.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>When the content last changed.</summary>
    public required FileTime Modified { get; init; }

    /// <summary>When the content or the attributes last changed; no program can set it.</summary>
    public required FileTime StatusChanged { get; init; }

    /// <summary>When the content was last read, as far as the file system keeps account.</summary>
    public required FileTime Accessed { get; init; }

    /// <summary>When the file was made; null where the file system doesn't keep it.</summary>
    public required FileTime? Born { get; init; }

    /// <summary>Kind and permissions, as in st_mode.</summary>
    public required int Mode { get; init; }

    /// <summary>The owner.</summary>
    public required long UserId { get; init; }

    /// <summary>The file's number on its device.</summary>
    public required ulong Inode { get; init; }

    /// <summary>The device that holds the file: upper part of its number.</summary>
    public required long DeviceMajor { get; init; }

    /// <summary>The device that holds the file: lower part of its number.</summary>
    public required long DeviceMinor { get; init; }

    internal static FileFacts From(in StatX stat, long lengthBytes) => new()
    {
        LengthBytes = lengthBytes,
        Modified = stat.Modified.ToFileTime(),
        StatusChanged = stat.StatusChanged.ToFileTime(),
        Accessed = stat.Accessed.ToFileTime(),
        Born = stat.HasBorn ? stat.Born.ToFileTime() : null,
        Mode = stat.Mode,
        UserId = stat.UserId,
        Inode = stat.Inode,
        DeviceMajor = stat.DeviceMajor,
        DeviceMinor = stat.DeviceMinor,
    };
}
