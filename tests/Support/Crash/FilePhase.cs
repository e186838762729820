namespace VhdxFuse.Support.Crash;

/// <summary>Where in a call on a file somebody may look in.</summary>
public enum FilePhase
{
    /// <summary>Nothing has happened yet. What completes now is covered by a flush.</summary>
    Before,

    /// <summary>Flush only: issued, not returned. What completes now is not covered.</summary>
    Issued,

    /// <summary>About to return.</summary>
    After,
}
