namespace VhdxFuse.Vhdx.Images;

/// <summary>How an image file is opened.</summary>
public sealed record FileOpenOptions
{
    /// <summary>Open even where the kernel may then change the file's access time.</summary>
    public bool AllowAccessTimeUpdate { get; init; }

    /// <summary>Open although another process holds the image for writing, and don't hinder that process.</summary>
    public bool ForceShare { get; init; }
}
