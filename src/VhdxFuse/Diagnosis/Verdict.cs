namespace VhdxFuse.Diagnosis;

/// <summary>What something means for a mount.</summary>
internal enum Verdict
{
    /// <summary>As a mount needs it.</summary>
    Good,

    /// <summary>A mount works; something about it is worth knowing.</summary>
    Note,

    /// <summary>A mount would fail.</summary>
    Bad,
}
