using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using VhdxFuse.Fuse;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>Builds the tree of a mount from a chain of images.</summary>
/// <param name="disk">What is shown.</param>
/// <param name="rights">To whom.</param>
/// <param name="changed">Told after each write; null for nobody.</param>
internal sealed class DiskTree(MountedDisk disk, AccessRights rights, Action? changed = null)
{
    /// <summary>The file that shows the disk.</summary>
    public const string DiskName = "disk.raw";

    private readonly DifferencingChain _chain = disk.Chain;

    // One object for the disk and the newest layer's file: what one writes makes the other's figures stale too.
    private readonly DiskContent _content = new(disk.Chain.Disk, disk.Chain.Layers, changed);

    private int Top => _chain.Layers.Count - 1;

    /// <summary>The disk alone: the mount point is a regular file.</summary>
    public MountedTree ForFile() => new(Disk([]));

    /// <summary>The disk, each layer's disk, and the documents.</summary>
    public MountedTree ForFolder(IReadOnlyList<MountDocument> documents)
    {
        NodeLooks looks = rights.LooksOf(_chain, Top);
        var root = new List<MountedNode>
        {
            Disk(System.Text.Encoding.UTF8.GetBytes(DiskName)),
            new MountedFolder("layers"u8.ToArray(), looks, Layers()),
        };
        if (documents.Count > 0)
        {
            root.Add(new MountedFolder(".vhdxfuse"u8.ToArray(), looks, Documents(looks, documents)));
        }

        return new MountedTree(new MountedFolder([], looks, [.. root]));
    }

    private MountedFile Disk(byte[] name)
    {
        if (!_chain.Disk.IsWritable)
        {
            return new MountedFile(name, rights.LooksOf(_chain, Top), _content);
        }

        NodeLooks looks = rights.WritableLooksOf(_chain);
        return new WritableFile(name, looks, _content, new NodeTimes(looks.Time, TimeProvider.System));
    }

    private MountedNode[] Layers()
    {
        var files = new MountedNode[_chain.Layers.Count];
        for (int layer = 0; layer < files.Length; layer++)
        {
            // The kernel caches by inode: the disk's bytes under a second one must not be cached while the first is
            // written. Layers below the newest never change.
            bool changes = layer == Top && _chain.Disk.IsWritable;
            string stem = Path.GetFileNameWithoutExtension(_chain.Layers[layer].Path);
            DiskContent content = layer == Top
                ? _content
                : new DiskContent(_chain.DiskOf(layer), [.. _chain.Layers.Take(layer + 1)]);
            files[layer] = new MountedFile(LayerName.Of(layer, stem), rights.LooksOf(_chain, layer), content)
            {
                OpenOptions = changes ? FuseOpenOptions.DirectIO : FuseOpenOptions.KeepCache,
            };
        }

        return files;
    }

    private MountedNode[] Documents(NodeLooks looks, IReadOnlyList<MountDocument> documents)
    {
        var files = new MountedNode[documents.Count];
        for (int i = 0; i < files.Length; i++)
        {
            MountDocument document = documents[i];
            var content = new DocumentContent(() => document.Make(disk));
            if (_chain.Disk.IsWritable)
            {
                _ = content.LengthBytes; // made now: it tells of the images as they were found
            }

            files[i] = new MountedFile(document.Name, looks, content);
        }

        return files;
    }
}
