namespace VhdxFuse.Vhdx.Opening;

/// <summary>What may be done to an image.</summary>
public enum ImageAccess
{
    /// <summary>Nothing is written, whatever its log holds.</summary>
    Read,

    /// <summary>Its disk may be written.</summary>
    ReadWrite,
}
