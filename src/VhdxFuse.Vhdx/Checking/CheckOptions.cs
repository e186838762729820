namespace VhdxFuse.Vhdx.Checking;

/// <summary>What a check may use beside the file.</summary>
public sealed record CheckOptions
{
    /// <summary>The open parent of a differencing image: the child's link to it is then checked too. Not owned. Of no
    /// effect for other images.</summary>
    public VhdxImage? Parent { get; init; }
}
