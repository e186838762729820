using System;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>The file of the mounted tree that is written: the disk, whose size is fixed.</summary>
internal sealed class WritableFile(byte[] name, NodeLooks looks, IWritableContent content, NodeTimes times)
    : MountedFile(name, looks, content)
{
    /// <summary>How the kernel treats it when it is opened with O_DIRECT.</summary>
    public FuseOpenOptions DirectOpenOptions { get; init; } = DirectWrites.OptionsOn(Environment.OSVersion.Version);

    public override FuseOpenOptions OptionsFor(in FuseFileInfo opened) =>
        opened.IsDirect ? DirectOpenOptions : OpenOptions;

    public override FuseAttributes Attributes => times.PutInto(base.Attributes);

    /// <summary>Writes what lies inside the file.</summary>
    /// <param name="offset">Not negative.</param>
    /// <param name="data">Not empty.</param>
    /// <param name="isDurable">Whether it has to be durable on return.</param>
    /// <returns>The count of bytes, or -ENOSPC at the end, as a block device says it.</returns>
    public int Write(long offset, ReadOnlySpan<byte> data, bool isDurable)
    {
        long left = LengthBytes - offset;
        if (left <= 0)
        {
            return FuseErrno.Enospc.ToResult();
        }

        int count = (int)long.Min(left, data.Length);
        content.Write(offset, data[..count]);
        times.Touch();
        if (isDurable)
        {
            content.Flush();
        }

        return count;
    }

    /// <summary>As fallocate(2), inside the file. Taking space ahead promises nothing: blocks are given space as they
    /// are written.</summary>
    public int Allocate(FuseFallocateMode mode, long offset, long lengthBytes)
    {
        const FuseFallocateMode punch = FuseFallocateMode.PunchHole | FuseFallocateMode.KeepSize;
        const FuseFallocateMode zeroInside = FuseFallocateMode.ZeroRange | FuseFallocateMode.KeepSize;
        bool isZeroing = mode is punch or FuseFallocateMode.ZeroRange or zeroInside;
        if (!isZeroing && mode is not (FuseFallocateMode.None or FuseFallocateMode.KeepSize))
        {
            return FuseErrno.Eopnotsupp.ToResult();
        }

        if (offset > LengthBytes - lengthBytes)
        {
            return FuseErrno.Enospc.ToResult();
        }

        if (isZeroing)
        {
            content.WriteZeros(offset, lengthBytes);
            times.Touch();
        }

        return 0;
    }

    /// <summary>Takes times, and whatever changes nothing.</summary>
    public int Set(in FuseSetAttributes changes)
    {
        FuseAttributes now = Attributes;
        if ((changes.SizeBytes ?? now.SizeBytes) != now.SizeBytes
            || (changes.Permissions ?? now.Permissions) != now.Permissions
            || (changes.UserId ?? now.UserId) != now.UserId
            || (changes.GroupId ?? now.GroupId) != now.GroupId)
        {
            return FuseErrno.Eperm.ToResult();
        }

        if (changes.AccessTime is not null || changes.ModificationTime is not null)
        {
            times.Set(changes.AccessTime, changes.ModificationTime);
        }

        return 0;
    }

    public void Flush() => content.Flush();
}
