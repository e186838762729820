using System;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>A folder of the mounted tree.</summary>
internal sealed class MountedFolder : MountedNode
{
    private const uint OwnLinkCount = 2; // its name and its "."

    private readonly MountedNode[] _children;
    private readonly uint _linkCount = OwnLinkCount;

    public MountedFolder(byte[] name, NodeLooks looks, MountedNode[] children)
        : base(name, looks)
    {
        _children = children;
        foreach (MountedNode child in children)
        {
            _linkCount += child is MountedFolder ? 1u : 0; // its ".."
        }
    }

    public ReadOnlySpan<MountedNode> Children => _children;

    public override FuseAttributes Attributes => Looks.Attributes with
    {
        Type = FuseFileType.Directory,
        Permissions = Looks.FolderPermissions,
        Inode = Inode,
        LinkCount = _linkCount,
    };

    /// <summary>The child of that name. A folder has a few hundred children at most: one for each layer.</summary>
    public MountedNode? Find(ReadOnlySpan<byte> name)
    {
        foreach (MountedNode child in _children)
        {
            if (name.SequenceEqual(child.Name))
            {
                return child;
            }
        }

        return null;
    }
}
