using System;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>What a child process left.</summary>
internal sealed record Finished(int ExitCode, string Output, string Error, TimeSpan Took)
{
    /// <summary>The only line on stderr.</summary>
    public string OnlyLine
    {
        get
        {
            string[] lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return lines.Length == 1 ? lines[0] : throw new InvalidOperationException($"not one line: {Error}");
        }
    }
}
