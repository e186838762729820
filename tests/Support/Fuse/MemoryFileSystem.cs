using System;
using System.Collections.Generic;
using System.Threading;
using VhdxFuse.Fuse;

namespace VhdxFuse.Support;

/// <summary>A file system in memory: files of fixed size, as disks are. Counts what it is asked.</summary>
/// <remarks>Files whose name begins with <c>faulty</c> throw when read. Handles are indexes into a list.</remarks>
internal sealed class MemoryFileSystem(MemoryNode root) : FuseFileSystemBase
{
    private readonly Lock _gate = new();
    private readonly List<(MemoryNode Node, bool IsFaulty)> _opened = []; // guarded by _gate

    public int SyncCount;
    public int DataSyncWriteCount;
    public int FlushCount;
    public int ReleaseCount;
    public long BytesRead;

    /// <summary>How files are opened.</summary>
    public FuseOpenOptions OpenOptions { get; set; } = FuseOpenOptions.KeepCache;

    /// <summary>How the session ended; null before.</summary>
    public FuseEnd? End { get; private set; }

    /// <summary>Called with each read before it is served.</summary>
    public Action? Reading { get; set; }

    /// <summary>Whether small reads need no disk.</summary>
    public bool IsCached { get; set; }

    /// <summary>Where a read's bytes lie.</summary>
    public Func<long, int, nint> Located { get; set; } = (_, _) => 0;

    /// <summary>Called with each fsync and synchronous write before it is served.</summary>
    public Action? Syncing { get; set; }

    public override int GetAttr(ReadOnlySpan<byte> path, out FuseAttributes attributes)
    {
        MemoryNode? node = Find(path);
        attributes = node?.Attributes ?? default;
        return node is null ? FuseErrno.Enoent.ToResult() : 0;
    }

    public override int SetAttr(ReadOnlySpan<byte> path, in FuseSetAttributes changes)
    {
        MemoryNode node = Find(path)!;
        bool resizes = changes.SizeBytes is { } size && size != node.Attributes.SizeBytes;
        if (resizes || changes.Permissions is not null || changes.UserId is not null || changes.GroupId is not null)
        {
            return FuseErrno.Eperm.ToResult();
        }

        node.ModificationTime = changes.ModificationTime ?? node.ModificationTime;
        return 0;
    }

    public override int ReadDir(ReadOnlySpan<byte> path, in FuseFileInfo directory, ref DirectoryWriter entries)
    {
        List<(byte[] Name, MemoryNode Node)> children = Find(path)!.Children;
        for (int i = entries.FirstIndex; i < children.Count; i++)
        {
            if (!entries.TryAdd(children[i].Name, children[i].Node.Attributes))
            {
                break;
            }
        }

        return 0;
    }

    public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo file)
    {
        MemoryNode? node = Find(path);
        if (node?.Content is null)
        {
            return (node is null ? FuseErrno.Enoent : FuseErrno.Eisdir).ToResult();
        }

        lock (_gate)
        {
            file.Handle = (ulong)_opened.Count;
            file.Options = OpenOptions;
            _opened.Add((node, path.IndexOf("/faulty"u8) >= 0));
        }

        return 0;
    }

    public override int ReadCached(in FuseFileInfo file, long offset, Span<byte> buffer) =>
        IsCached ? Read(file, offset, buffer) : base.ReadCached(file, offset, buffer);

    public override nint Locate(in FuseFileInfo file, long offset, int lengthBytes) => Located(offset, lengthBytes);

    public override int Read(in FuseFileInfo file, long offset, Span<byte> buffer)
    {
        (MemoryNode node, bool isFaulty) = Opened(file);
        Reading?.Invoke();
        if (isFaulty)
        {
            throw new InvalidOperationException("a faulty file");
        }

        int count = node.Content!.Read(offset, buffer);
        _ = Interlocked.Add(ref BytesRead, count);
        return count;
    }

    public override int Write(in FuseFileInfo file, long offset, ReadOnlySpan<byte> data)
    {
        if (file.IsDataSync)
        {
            _ = Interlocked.Increment(ref DataSyncWriteCount);
            Syncing?.Invoke();
        }

        int count = Opened(file).Node.Content!.Write(offset, data);
        return count > 0 ? count : FuseErrno.Enospc.ToResult();
    }

    public override int FSync(in FuseFileInfo file, bool dataOnly)
    {
        _ = Interlocked.Increment(ref SyncCount);
        Syncing?.Invoke();
        return 0;
    }

    public override int Flush(in FuseFileInfo file)
    {
        _ = Interlocked.Increment(ref FlushCount);
        return 0;
    }

    public override void Release(in FuseFileInfo file) => _ = Interlocked.Increment(ref ReleaseCount);

    public override int Fallocate(in FuseFileInfo file, FuseFallocateMode mode, long offset, long length)
    {
        SparseMemory content = Opened(file).Node.Content!;
        if (offset + length > content.SizeBytes)
        {
            return FuseErrno.Enospc.ToResult();
        }

        if (mode != FuseFallocateMode.None)
        {
            content.Punch(offset, length);
        }

        return 0;
    }

    public override long LSeek(in FuseFileInfo file, long offset, FuseSeekKind kind)
    {
        long found = Opened(file).Node.Content!.Seek(offset, data: kind == FuseSeekKind.Data);
        return found >= 0 ? found : FuseErrno.Enxio.ToResult();
    }

    public override int StatFs(ReadOnlySpan<byte> path, out FuseFileSystemStatistics statistics)
    {
        statistics = new FuseFileSystemStatistics
        {
            BlockSizeBytes = 4096,
            TotalBlocks = 2048,
            FreeBlocks = 512,
            AvailableBlocks = 256,
            TotalFiles = 12,
            FreeFiles = 3,
            NameMaxBytes = 255,
        };
        return 0;
    }

    public override void Ended(in FuseEnd outcome) => End = outcome;

    private (MemoryNode Node, bool IsFaulty) Opened(in FuseFileInfo file)
    {
        lock (_gate)
        {
            return _opened[(int)file.Handle];
        }
    }

    private MemoryNode? Find(ReadOnlySpan<byte> path)
    {
        MemoryNode? node = root;
        while (node is not null && path.Length > 1)
        {
            path = path[1..];
            int end = path.IndexOf((byte)'/');
            node = node.Child(end < 0 ? path : path[..end]);
            path = end < 0 ? [] : path[end..];
        }

        return node;
    }
}
