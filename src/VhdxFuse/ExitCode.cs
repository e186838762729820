namespace VhdxFuse;

/// <summary>What the program ends with; documented in the README.</summary>
internal enum ExitCode
{
    Fine = 0,
    Usage = 1,
    CannotOpen = 2,
    Corrupt = 3,
    Parent = 4,
    VerificationFailed = 5,
    MountFailed = 32,

    /// <summary>A signal stopped a command before it was done.</summary>
    Interrupted = 130,
}
