namespace VhdxFuse.Benchmarks.Commands;

/// <summary>What the program ends with.</summary>
internal static class ExitCode
{
    public const int Fine = 0;

    /// <summary>The run couldn't begin, or not go on.</summary>
    public const int Failed = 1;

    /// <summary>As of a program that SIGINT ended.</summary>
    public const int Interrupted = 130;
}
