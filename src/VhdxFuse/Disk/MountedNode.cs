using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>One node of the mounted tree. The tree never changes.</summary>
/// <param name="name">As bytes, without slash.</param>
/// <param name="looks">Owner, permissions and times.</param>
internal abstract class MountedNode(byte[] name, NodeLooks looks)
{
    public byte[] Name { get; } = name;

    /// <summary>Shown as <c>st_ino</c>; given by the tree, the same at every mount of the same image.</summary>
    public ulong Inode { get; set; }

    protected NodeLooks Looks { get; } = looks;

    public abstract FuseAttributes Attributes { get; }
}
