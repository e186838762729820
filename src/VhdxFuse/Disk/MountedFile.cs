using System;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>A file of the mounted tree that is only read.</summary>
internal class MountedFile(byte[] name, NodeLooks looks, IFileContent content) : MountedNode(name, looks)
{
    // One page, and the physical sector of most disks. Programs that copy choose larger transfers by themselves.
    private const uint TransferBytes = 4096;

    /// <summary>How the kernel treats it once open, if it is opened in no special way.</summary>
    public FuseOpenOptions OpenOptions { get; init; } = FuseOpenOptions.KeepCache;

    /// <summary>How the kernel treats what one open call gets.</summary>
    public virtual FuseOpenOptions OptionsFor(in FuseFileInfo opened) => OpenOptions;

    public override FuseAttributes Attributes => Looks.Attributes with
    {
        Type = FuseFileType.RegularFile,
        Permissions = Looks.FilePermissions,
        SizeBytes = content.LengthBytes,
        AllocatedBytes = content.AllocatedBytes,
        BlockSizeBytes = TransferBytes,
        Inode = Inode,
        LinkCount = 1,
    };

    public long LengthBytes => content.LengthBytes;

    /// <summary>Reads what lies inside the file.</summary>
    /// <returns>The count of bytes: less than asked for only at the end.</returns>
    public int Read(long offset, Span<byte> buffer)
    {
        long left = content.LengthBytes - offset;
        if (left <= 0)
        {
            return 0;
        }

        int count = (int)long.Min(left, buffer.Length);
        content.Read(offset, buffer[..count]);
        return count;
    }

    /// <summary>Reads what lies inside the file, if that needs no disk.</summary>
    /// <returns>As <see cref="Read"/>; null when it does.</returns>
    public int? ReadCached(long offset, Span<byte> buffer)
    {
        int count = (int)long.Clamp(content.LengthBytes - offset, 0, buffer.Length);
        return count == 0 || content.TryReadCached(offset, buffer[..count]) ? count : null;
    }

    /// <summary>Where bytes inside the file lie in memory, for the kernel alone to read.</summary>
    /// <returns>0 when they are to be read instead.</returns>
    public nint Locate(long offset, int lengthBytes) =>
        lengthBytes > 0 && offset <= content.LengthBytes - lengthBytes ? content.Locate(offset, lengthBytes) : 0;

    /// <summary>As lseek(2): ENXIO behind the last data, and for anything at or behind the end.</summary>
    public long Seek(long offset, FuseSeekKind kind) => offset >= 0 && offset < content.LengthBytes
        ? content.Next(kind, offset) ?? FuseErrno.Enxio.ToResult()
        : FuseErrno.Enxio.ToResult();
}
