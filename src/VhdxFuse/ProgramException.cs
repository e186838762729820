using System;

namespace VhdxFuse;

/// <summary>The program can't go on, for a reason that is neither the image nor FUSE.</summary>
internal sealed class ProgramException(ExitCode exit, string message) : Exception(message)
{
    public ExitCode Exit { get; } = exit;
}
