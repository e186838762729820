using System;
using System.Collections.Generic;
using System.IO;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>Builds the tree of a mount from a chain of images.</summary>
internal static class DiskTree
{
    /// <summary>The disk alone: the mount point is a regular file.</summary>
    public static MountedTree ForFile(DifferencingChain chain, AccessRights rights) =>
        new(new MountedFile([], rights.LooksOf(chain, chain.Layers.Count - 1), new DiskContent(chain.Disk)));

    /// <summary>The disk, each layer's disk, and the documents.</summary>
    public static MountedTree ForFolder(
        DifferencingChain chain, AccessRights rights, IReadOnlyList<MountDocument> documents)
    {
        NodeLooks looks = rights.LooksOf(chain, chain.Layers.Count - 1);
        var root = new List<MountedNode>
        {
            new MountedFile("disk.raw"u8.ToArray(), looks, new DiskContent(chain.Disk)),
            new MountedFolder("layers"u8.ToArray(), looks, Layers(chain, rights)),
        };
        if (documents.Count > 0)
        {
            root.Add(new MountedFolder(".vhdxfuse"u8.ToArray(), looks, Documents(chain, looks, documents)));
        }

        return new MountedTree(new MountedFolder([], looks, [.. root]));
    }

    private static MountedNode[] Layers(DifferencingChain chain, AccessRights rights)
    {
        var files = new MountedNode[chain.Layers.Count];
        for (int layer = 0; layer < files.Length; layer++)
        {
            string stem = Path.GetFileNameWithoutExtension(chain.Layers[layer].Path);
            files[layer] = new MountedFile(
                LayerName.Of(layer, stem), rights.LooksOf(chain, layer), new DiskContent(chain.DiskOf(layer)));
        }

        return files;
    }

    private static MountedNode[] Documents(
        DifferencingChain chain, NodeLooks looks, IReadOnlyList<MountDocument> documents)
    {
        var files = new MountedNode[documents.Count];
        for (int i = 0; i < files.Length; i++)
        {
            ReadOnlyMemory<byte> bytes = documents[i].Make(chain);
            files[i] = new MountedFile(documents[i].Name, looks, new DocumentContent(bytes));
        }

        return files;
    }
}
