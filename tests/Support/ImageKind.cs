namespace VhdxFuse.Support;

/// <summary>The three kinds of image.</summary>
public enum ImageKind
{
    Dynamic,
    Fixed,
    Differencing,
}
