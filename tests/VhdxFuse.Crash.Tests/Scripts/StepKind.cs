namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>What a step of a script does.</summary>
internal enum StepKind
{
    Write,
    Zero,
    Flush,
    Checkpoint,

    /// <summary>Compacts the image, which ends the session.</summary>
    Compact,

    /// <summary>A clean close, and the next session.</summary>
    Close,

    /// <summary>The process is killed, the cache is kept, the next session starts.</summary>
    Kill,

    /// <summary>The power is cut, the next session starts.</summary>
    Cut,
}
