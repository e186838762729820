using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using VhdxFuse.Fuse;
using VhdxFuse.Partitions;
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

    // The kernel caches by inode: the disk's bytes under a second one must not be cached while the first is written.
    private FuseOpenOptions ReadOnlyViewOptions =>
        _chain.Disk.IsWritable ? FuseOpenOptions.DirectIO : FuseOpenOptions.KeepCache;

    private int Top => _chain.Layers.Count - 1;

    /// <summary>The disk alone: the mount point is a regular file.</summary>
    public MountedTree ForFile() => new(Disk([]));

    /// <summary>Each layer's disk by the name that vhdimount gives it, and nothing else: the base first, so that the
    /// last one is the disk.</summary>
    public MountedTree ForLibvhdi()
    {
        MountedNode[] files = Layers(layer => Encoding.UTF8.GetBytes($"vhdi{layer + 1}"));
        files[Top] = Disk(files[Top].Name);
        return new MountedTree(new MountedFolder([], rights.LooksOf(_chain, Top), files));
    }

    /// <summary>The disk, its partitions, each layer's disk, and the documents.</summary>
    public MountedTree ForFolder(IReadOnlyList<MountDocument> documents)
    {
        NodeLooks looks = rights.LooksOf(_chain, Top);
        var root = new List<MountedNode>
        {
            Disk(System.Text.Encoding.UTF8.GetBytes(DiskName)),
            new MountedFolder("partitions"u8.ToArray(), looks, Partitions(looks)),
            new MountedFolder("layers"u8.ToArray(), looks, Layers(NameOf)),
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

    private MountedNode[] Partitions(NodeLooks looks)
    {
        var files = new List<MountedNode>();
        foreach (Partition partition in disk.Partitions.Partitions)
        {
            if (!partition.IsContainer)
            {
                byte[] name = Encoding.UTF8.GetBytes($"p{partition.Number}.raw");
                files.Add(new MountedFile(name, looks, new PartitionContent(_content, partition))
                {
                    OpenOptions = ReadOnlyViewOptions,
                });
            }
        }

        return [.. files];
    }

    private byte[] NameOf(int layer) =>
        LayerName.Of(layer, Path.GetFileNameWithoutExtension(_chain.Layers[layer].Path));

    private MountedNode[] Layers(Func<int, byte[]> nameOf)
    {
        var files = new MountedNode[_chain.Layers.Count];
        for (int layer = 0; layer < files.Length; layer++)
        {
            DiskContent content = layer == Top
                ? _content
                : new DiskContent(_chain.DiskOf(layer), [.. _chain.Layers.Take(layer + 1)]);
            files[layer] = new MountedFile(nameOf(layer), rights.LooksOf(_chain, layer), content)
            {
                // Layers below the newest never change.
                OpenOptions = layer == Top ? ReadOnlyViewOptions : FuseOpenOptions.KeepCache,
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
            if (_chain.Disk.IsWritable && !document.IsLive)
            {
                _ = content.LengthBytes; // made now: it tells of the images as they were found
            }

            files[i] = document.IsLive
                ? new LiveDocument(document.Name, looks, content)
                : new MountedFile(document.Name, looks, content);
        }

        return files;
    }
}
