using System.IO;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>Owner, permissions and times, as nodes show them.</summary>
/// <param name="UserId">The owner.</param>
/// <param name="GroupId">The group.</param>
/// <param name="FilePermissions">As files show them; folders add the right to enter for whoever may read, and are
/// never written.</param>
/// <param name="Time">For all three times.</param>
internal sealed record NodeLooks(uint UserId, uint GroupId, UnixFileMode FilePermissions, FuseTimestamp Time)
{
    private const int ReadToExecuteShift = 2; // r is 4, x is 1
    private const UnixFileMode ReadBits =
        UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public UnixFileMode FolderPermissions
    {
        get
        {
            UnixFileMode read = FilePermissions & ReadBits;
            return read | (UnixFileMode)((int)read >> ReadToExecuteShift);
        }
    }

    /// <summary>What a node of either kind shows.</summary>
    public FuseAttributes Attributes => new()
    {
        UserId = UserId,
        GroupId = GroupId,
        AccessTime = Time,
        ModificationTime = Time,
        ChangeTime = Time,
    };
}
