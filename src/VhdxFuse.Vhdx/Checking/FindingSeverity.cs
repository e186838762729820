namespace VhdxFuse.Vhdx.Checking;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>A fact worth knowing about a sound image.</summary>
    Info,

    /// <summary>A deviation that is tolerated: everything can be read, and written once the image has been put
    /// right.</summary>
    Warning,

    /// <summary>Something can't be read, or writing would destroy data.</summary>
    Error,
}
