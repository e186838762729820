using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace VhdxFuse.Fuse.Session;

/// <summary>The nodes the kernel knows: id ↔ path, and how often each was looked up.</summary>
/// <remarks>A node lives from its first lookup until the kernel has forgotten it as often. Ids are never used again, so
/// a generation is not needed. Only a node's first lookup allocates. READ and WRITE never come here. When a reply is
/// lost because its request was interrupted, its lookup is never forgotten: that keeps one path alive, no
/// more.</remarks>
internal sealed class NodeTable
{
    public const ulong RootId = 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Node> _byId = []; // guarded by _gate
    private readonly Dictionary<byte[], Node> _byPath = new(PathBytesComparer.Instance); // guarded by _gate
    private readonly Dictionary<byte[], Node>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private ulong _lastId = RootId; // guarded by _gate

    public NodeTable()
    {
        _bySpan = _byPath.GetAlternateLookup<ReadOnlySpan<byte>>();
        var root = new Node(RootId, [(byte)'/']);
        _byId.Add(RootId, root);
        _byPath.Add(root.Path, root);
    }

    /// <summary>How many nodes are known, the root among them.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>The path of a node.</summary>
    /// <returns>False when the kernel was never told of the id, or has forgotten it.</returns>
    public bool TryGetPath(ulong nodeId, out ReadOnlySpan<byte> path)
    {
        lock (_gate)
        {
            bool known = _byId.TryGetValue(nodeId, out Node? node);
            path = known ? node!.Path : default;
            return known;
        }
    }

    /// <summary>Counts a lookup of the path that is about to be answered.</summary>
    /// <returns>The node's id.</returns>
    public ulong Lookup(ReadOnlySpan<byte> path)
    {
        lock (_gate)
        {
            if (!_bySpan.TryGetValue(path, out Node? node))
            {
                node = AddLocked(path);
            }

            node.LookupCount++;
            return node.Id;
        }
    }

    /// <summary>Takes lookups back; the last one removes the node. Unknown ids and the root are left alone.</summary>
    public void Forget(ulong nodeId, ulong count)
    {
        lock (_gate)
        {
            if (nodeId == RootId || !_byId.TryGetValue(nodeId, out Node? node))
            {
                return;
            }

            node.LookupCount -= Math.Min(count, node.LookupCount);
            if (node.LookupCount == 0)
            {
                _byId.Remove(nodeId);
                _byPath.Remove(node.Path);
            }
        }
    }

    private Node AddLocked(ReadOnlySpan<byte> path)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        var node = new Node(++_lastId, path.ToArray());
        _byId.Add(node.Id, node);
        _byPath.Add(node.Path, node);
        return node;
    }

    private sealed class Node(ulong id, byte[] path)
    {
        public ulong Id { get; } = id;

        public byte[] Path { get; } = path;

        public ulong LookupCount { get; set; } // guarded by _gate
    }
}
