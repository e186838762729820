using System;
using System.Collections.Generic;

namespace VhdxFuse.Disk;

/// <summary>All nodes of a mount, found by path.</summary>
internal sealed class MountedTree
{
    private readonly MountedNode _root;
    private readonly List<MountedNode> _nodes = []; // the index is the inode number less one

    /// <param name="root">A folder, or the one file that a regular file as mount point becomes.</param>
    public MountedTree(MountedNode root)
    {
        _root = root;
        Add(root);
    }

    public int NodeCount => _nodes.Count;

    /// <summary>The longest file: what <c>df</c> shows as the size.</summary>
    public long LargestFileBytes
    {
        get
        {
            long largest = 0;
            foreach (MountedNode node in _nodes)
            {
                largest = long.Max(largest, (node as MountedFile)?.LengthBytes ?? 0);
            }

            return largest;
        }
    }

    /// <summary>The one file that may be written; null on a read-only mount.</summary>
    public WritableFile? Writable { get; private set; }

    /// <summary>The node of a path as the transport writes it: absolute, without trailing slash.</summary>
    public MountedNode? Find(ReadOnlySpan<byte> path)
    {
        MountedNode? node = _root;
        ReadOnlySpan<byte> rest = path.TrimStart((byte)'/');
        while (!rest.IsEmpty && node is not null)
        {
            int slash = rest.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[(slash + 1)..];
            node = (node as MountedFolder)?.Find(name);
        }

        return node;
    }

    /// <summary>The file that an open gave out by its inode number; null for any other number.</summary>
    public MountedFile? FileOf(ulong inode) =>
        inode - 1 < (ulong)_nodes.Count ? _nodes[(int)(inode - 1)] as MountedFile : null;

    private void Add(MountedNode node)
    {
        _nodes.Add(node);
        node.Inode = (ulong)_nodes.Count;
        if (node is MountedFolder folder)
        {
            foreach (MountedNode child in folder.Children)
            {
                Add(child);
            }
        }

        Writable ??= node as WritableFile;
    }
}
