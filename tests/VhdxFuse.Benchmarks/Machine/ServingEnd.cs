namespace VhdxFuse.Benchmarks.Machine;

/// <summary>What ends a serving process.</summary>
internal enum ServingEnd
{
    /// <summary>SIGTERM.</summary>
    OnRequest,

    /// <summary>The end of what it mounted: it must not be disturbed on its way out.</summary>
    WithItsMount,
}
