namespace VhdxFuse.Vhdx.Opening;

/// <summary>What led to a parent.</summary>
public enum ParentTrail
{
    /// <summary>The child's relative path.</summary>
    RelativePath,

    /// <summary>The child's volume path, through a mapping.</summary>
    VolumePath,

    /// <summary>The child's absolute path, through a mapping.</summary>
    AbsolutePath,

    /// <summary>The name in one of the child's paths, in a folder that was given.</summary>
    ParentFolder,

    /// <summary>The name in one of the child's paths, in the folder of the child.</summary>
    ChildFolder,
}
