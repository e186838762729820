namespace VhdxFuse.Vhdx.Images;

/// <summary>What keeps our reading from changing a file's access time.</summary>
public enum AccessTimeGuard
{
    /// <summary>The file was opened with O_NOATIME.</summary>
    OpenFlag,

    /// <summary>The flag was refused, but the file system is mounted read-only or noatime.</summary>
    FileSystem,

    /// <summary>Nothing: the flag was refused, and the caller allowed the access time to change.</summary>
    None,
}
