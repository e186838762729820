namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Where in a step something else happens, by what the step is doing to the file.</summary>
internal enum HookKind
{
    /// <summary>Before the n-th operation of any kind.</summary>
    Operation,

    /// <summary>In the n-th flush of the file, right after it was issued.</summary>
    Sync,

    /// <summary>When the n-th flush of the file is about to return.</summary>
    Synced,

    /// <summary>Before the n-th write into the log.</summary>
    Log,

    /// <summary>Before the n-th write into the block allocation table.</summary>
    Home,

    /// <summary>Before the n-th write of a header.</summary>
    Header,
}
