namespace VhdxFuse.Fuse;

/// <summary>What a node is; the numbers are the type bits of <c>st_mode</c>.</summary>
public enum FuseFileType
{
    /// <summary>Not set: no attributes were given.</summary>
    None = 0,

    /// <summary>A directory.</summary>
    Directory = 0x4000,

    /// <summary>A regular file.</summary>
    RegularFile = 0x8000,

    /// <summary>A symbolic link. Its target is read through READLINK, which this transport doesn't serve.</summary>
    SymbolicLink = 0xA000,
}
