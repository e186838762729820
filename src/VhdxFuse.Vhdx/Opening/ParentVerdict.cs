namespace VhdxFuse.Vhdx.Opening;

/// <summary>What came of one place where a parent was looked for.</summary>
public enum ParentVerdict
{
    /// <summary>It is the parent.</summary>
    Parent,

    /// <summary>A path of another machine that no mapping covers: not followed.</summary>
    NotFollowed,

    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>An image of another identity: its DataWriteGuid isn't the one that the child recorded.</summary>
    OtherIdentity,

    /// <summary>An image above it in the chain.</summary>
    InChain,

    /// <summary>A file that can't be opened as the parent.</summary>
    Failed,
}
