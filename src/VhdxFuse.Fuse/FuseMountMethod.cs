namespace VhdxFuse.Fuse;

/// <summary>Who put the mount into the tree.</summary>
public enum FuseMountMethod
{
    /// <summary>We did, with mount(2).</summary>
    Direct,

    /// <summary>fusermount3 did, for a user without privileges.</summary>
    Fusermount,

    /// <summary>Somebody else did and gave us the descriptor (<c>/dev/fd/N</c>). We cannot unmount it.</summary>
    Inherited,
}
