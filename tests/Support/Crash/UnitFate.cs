namespace VhdxFuse.Support.Crash;

/// <summary>What a power cut did to a pending unit.</summary>
public enum UnitFate
{
    Lost,
    Kept,

    /// <summary>The first bytes are new, the others old: its sector was being written.</summary>
    Torn,
}
