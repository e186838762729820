using System;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>Serves a tree of disks and documents, of which one disk may be written. Reads, writes and seeks allocate
/// nothing.</summary>
internal sealed class DiskFileSystem(MountedTree tree) : FuseFileSystemBase
{
    // A loop device over disk.raw takes its discard granularity from this.
    private const uint BlockBytes = 4096;
    private const uint LongestNameBytes = 255;

    public override int GetAttr(ReadOnlySpan<byte> path, out FuseAttributes attributes)
    {
        MountedNode? node = tree.Find(path);
        attributes = node?.Attributes ?? default;
        return node is null ? FuseErrno.Enoent.ToResult() : 0;
    }

    public override int SetAttr(ReadOnlySpan<byte> path, in FuseSetAttributes changes) => tree.Find(path) switch
    {
        WritableFile file => file.Set(changes),
        null => FuseErrno.Enoent.ToResult(),
        _ => FuseErrno.Eperm.ToResult(),
    };

    public override int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo directory)
    {
        // No name here ever comes or goes.
        directory.Options = FuseOpenOptions.CacheDirectory | FuseOpenOptions.KeepCache;
        return tree.Find(path) switch
        {
            MountedFolder => 0,
            null => FuseErrno.Enoent.ToResult(),
            _ => FuseErrno.Enotdir.ToResult(),
        };
    }

    public override int ReadDir(ReadOnlySpan<byte> path, in FuseFileInfo directory, ref DirectoryWriter entries)
    {
        if (tree.Find(path) is not MountedFolder folder)
        {
            return FuseErrno.Enotdir.ToResult();
        }

        ReadOnlySpan<MountedNode> children = folder.Children;
        for (int i = entries.FirstIndex; i < children.Length; i++)
        {
            if (!entries.TryAdd(children[i].Name, children[i].Attributes))
            {
                break;
            }
        }

        return 0;
    }

    public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo file)
    {
        MountedNode? node = tree.Find(path);
        if (node is not MountedFile opened)
        {
            return node is null ? FuseErrno.Enoent.ToResult() : FuseErrno.Eisdir.ToResult();
        }

        if (file.IsForWriting && opened is not WritableFile)
        {
            // Root comes here: the permission bits stop the others.
            return (tree.Writable is null ? FuseErrno.Erofs : FuseErrno.Eperm).ToResult();
        }

        file.Handle = node.Inode;
        file.Options = opened.OptionsFor(file);
        return 0;
    }

    public override int Read(in FuseFileInfo file, long offset, Span<byte> buffer) =>
        tree.FileOf(file.Handle)?.Read(offset, buffer) ?? FuseErrno.Ebadf.ToResult();

    public override int ReadCached(in FuseFileInfo file, long offset, Span<byte> buffer) =>
        tree.FileOf(file.Handle)?.ReadCached(offset, buffer) ?? FuseErrno.Eagain.ToResult();

    public override nint Locate(in FuseFileInfo file, long offset, int lengthBytes) =>
        tree.FileOf(file.Handle)?.Locate(offset, lengthBytes) ?? 0;

    public override int Write(in FuseFileInfo file, long offset, ReadOnlySpan<byte> data) =>
        WritableOf(file)?.Write(offset, data, file.IsDataSync) ?? FuseErrno.Ebadf.ToResult();

    public override int Fallocate(in FuseFileInfo file, FuseFallocateMode mode, long offset, long length) =>
        WritableOf(file)?.Allocate(mode, offset, length) ?? FuseErrno.Ebadf.ToResult();

    /// <summary>On a read-only mount the kernel learns that there is nothing to sync, ever.</summary>
    public override int FSync(in FuseFileInfo file, bool dataOnly)
    {
        WritableOf(file)?.Flush();
        return tree.Writable is null ? FuseErrno.Enosys.ToResult() : 0;
    }

    /// <summary>Names don't change, but whoever syncs the folder means what is in it: sync(1) of a whole file system
    /// doesn't come here.</summary>
    public override int FSyncDir(in FuseFileInfo directory, bool dataOnly)
    {
        tree.Writable?.Flush();
        return tree.Writable is null ? FuseErrno.Enosys.ToResult() : 0;
    }

    public override long LSeek(in FuseFileInfo file, long offset, FuseSeekKind kind) =>
        tree.FileOf(file.Handle)?.Seek(offset, kind) ?? FuseErrno.Ebadf.ToResult();

    public override int StatFs(ReadOnlySpan<byte> path, out FuseFileSystemStatistics statistics)
    {
        statistics = new FuseFileSystemStatistics
        {
            BlockSizeBytes = BlockBytes,
            TotalBlocks = ((ulong)tree.LargestFileBytes + BlockBytes - 1) / BlockBytes,
            TotalFiles = (ulong)tree.NodeCount,
            NameMaxBytes = LongestNameBytes,
        };
        return 0;
    }

    private WritableFile? WritableOf(in FuseFileInfo file) => tree.FileOf(file.Handle) as WritableFile;
}
