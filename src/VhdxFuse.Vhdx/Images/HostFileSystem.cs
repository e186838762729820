using System;

namespace VhdxFuse.Vhdx.Images;

/// <summary>What the file system that an image lies on does with it.</summary>
/// <remarks>
/// ext2, ext3 and ext4 have one magic number, so the mount table is asked for the name. It doesn't tell how data are
/// ordered: data=writeback isn't shown when the file system itself has it as default, and a missing journal never is.
/// The kernel's own list of the options does.
/// </remarks>
internal sealed class HostFileSystem
{
    private const long XfsMagic = 0x58465342;
    private const long BtrfsMagic = 0x9123683E;
    private const long TmpfsMagic = 0x01021994;
    private const long ExtMagic = 0xEF53;
    private const int DeviceField = 2; // of a line in the mount table
    private const int FieldsBeforeOptional = 6;

    private readonly StatX _stat;
    private readonly long _magic; // 0 where the kernel doesn't tell

    private HostFileSystem(in StatX stat, long magic)
    {
        _stat = stat;
        _magic = magic;
    }

    /// <summary>Asks for the file system of a file.</summary>
    public static HostFileSystem Of(Descriptor file, in StatX stat) =>
        new(stat, LibC.StatFileSystem(file, out StatFs facts) == Errno.None ? facts.Magic : 0);

    /// <summary>Whether old blocks of the host's disk never show, after a crash, in what was a hole of a file or space
    /// taken and not yet written (D-9): xfs, btrfs, tmpfs, and ext4 that orders data before its journal. All others,
    /// and whatever can't be told, count as those that do.</summary>
    public bool HidesOldBlocks => _stat.IsRegularFile && _magic switch
    {
        XfsMagic or BtrfsMagic or TmpfsMagic => true,
        ExtMagic => IsOrderedExt4($"{_stat.DeviceMajor}:{_stat.DeviceMinor}"),
        _ => false,
    };

    /// <summary>Whether reading through a mapping leaves a file as it was: true of block devices, ext2 to ext4, xfs and
    /// btrfs. tmpfs gives every hole that is looked at a page, so the file would take more space than before.</summary>
    public bool IsUnchangedByMapping => _stat.IsBlockDevice || _magic is XfsMagic or BtrfsMagic or ExtMagic;

    /// <summary>Whether reads of a file never wait for a disk. The node of a block device lies in memory too, and says
    /// nothing of the device.</summary>
    public bool IsInMemory => _stat.IsRegularFile && _magic == TmpfsMagic;

    /// <summary>The name of the file system on a device; empty when the table doesn't list it.</summary>
    /// <param name="table">As in <c>/proc/thread-self/mountinfo</c>.</param>
    /// <param name="device"><c>MAJOR:MINOR</c>.</param>
    public static string TypeOf(string table, string device)
    {
        foreach (string line in table.Split('\n'))
        {
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-", int.Min(FieldsBeforeOptional, fields.Length));
            if (separator > 0 && separator + 1 < fields.Length
                && string.Equals(fields[DeviceField], device, StringComparison.Ordinal))
            {
                return fields[separator + 1];
            }
        }

        return "";
    }

    /// <summary>Whether data reach the disk before the journal says where they are.</summary>
    /// <param name="options">As in <c>/proc/fs/ext4/DEVICE/options</c>: one a line, all of them.</param>
    public static bool OrdersData(string options)
    {
        foreach (ReadOnlySpan<char> line in options.AsSpan().EnumerateLines())
        {
            if (line is "data=ordered" or "data=journal")
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOrderedExt4(string device)
    {
        // The link's last part is the kernel's name of the device, which the folder has too.
        if (!string.Equals(TypeOf(LibC.TextOf("/proc/thread-self/mountinfo"), device), "ext4", StringComparison.Ordinal)
            || LibC.TargetOf($"/sys/dev/block/{device}", out string target) != Errno.None)
        {
            return false;
        }

        string name = target[(target.LastIndexOf('/') + 1)..];
        return OrdersData(LibC.TextOf($"/proc/fs/ext4/{name}/options"));
    }
}
