using System;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>Serves a tree of disks and documents, read-only. Reads and seeks allocate nothing.</summary>
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

    public override int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo directory)
    {
        // Nothing here ever changes.
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
        if (node is not MountedFile)
        {
            return node is null ? FuseErrno.Enoent.ToResult() : FuseErrno.Eisdir.ToResult();
        }

        if (file.IsForWriting)
        {
            return FuseErrno.Erofs.ToResult();
        }

        file.Handle = node.Inode;
        file.Options = FuseOpenOptions.KeepCache; // nobody changes the disk: the kernel's cache is the read cache
        return 0;
    }

    public override int Read(in FuseFileInfo file, long offset, Span<byte> buffer) =>
        tree.FileOf(file.Handle)?.Read(offset, buffer) ?? FuseErrno.Ebadf.ToResult();

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
}
