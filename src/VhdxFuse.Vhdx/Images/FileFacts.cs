namespace VhdxFuse.Vhdx.Images;

/// <summary>What the file system says of an image file, for a report.</summary>
/// <param name="FullPath">Where it lies, links resolved.</param>
/// <param name="SizeBytes">Of a block device: of the device.</param>
/// <param name="AllocatedBytes">What it takes of its file system.</param>
/// <param name="Mode">Type and permissions as in stat(2).</param>
/// <param name="UserId">Owner.</param>
/// <param name="GroupId">Group.</param>
/// <param name="Device">Of the file system, as major:minor.</param>
/// <param name="Inode">In that file system.</param>
/// <param name="Modified">Last change of its content.</param>
/// <param name="Changed">Last change of its content or properties.</param>
/// <param name="Accessed">Last read access that was noted.</param>
/// <param name="Born">When it was made; null where the file system doesn't keep it.</param>
public sealed record FileFacts(
    string FullPath,
    long SizeBytes,
    long AllocatedBytes,
    int Mode,
    uint UserId,
    uint GroupId,
    string Device,
    ulong Inode,
    FileTime Modified,
    FileTime Changed,
    FileTime Accessed,
    FileTime? Born)
{
    private const uint BornKnown = 0x800;
    private const int BytesPerBlock = 512;

    internal static FileFacts Of(string fullPath, in FileStatus status, long sizeBytes) => new(
        fullPath,
        sizeBytes,
        (long)status.Blocks * BytesPerBlock,
        status.Mode,
        status.UserId,
        status.GroupId,
        $"{status.DeviceMajor}:{status.DeviceMinor}",
        status.Inode,
        status.Modified,
        status.Changed,
        status.Accessed,
        (status.Mask & BornKnown) != 0 ? status.Born : null);
}
