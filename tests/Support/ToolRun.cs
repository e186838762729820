using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace VhdxFuse.Support;

/// <summary>One finished run of another program.</summary>
/// <param name="Command">As a person would type it.</param>
/// <param name="ExitCode">0 by custom for success.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record ToolRun(string Command, int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(1);

    /// <summary>Runs a program with the default deadline and demands exit code 0.</summary>
    public static ToolRun Expect(string program, params IEnumerable<string> arguments)
    {
        ToolRun run = Of(program, DefaultDeadline, arguments);
        return run.ExitCode == 0 ? run : throw new InvalidOperationException(run.ToString());
    }

    /// <summary>Runs a program to its end, whatever its exit code.</summary>
    /// <exception cref="TimeoutException">It didn't end by the deadline, and was killed with its children.</exception>
    public static ToolRun Of(string program, TimeSpan deadline, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string command = program + " " + string.Join(' ', start.ArgumentList);
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        bool ended = process.WaitForExit(deadline);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }

        // A child that left the process tree may still hold the pipes: don't wait for it for ever.
        bool closed = Task.WaitAll([output, error], DefaultDeadline);
        string said = closed ? output.Result + error.Result : "(its output never ended)";
        return ended && closed
            ? new ToolRun(command, process.ExitCode, output.Result, error.Result)
            : throw new TimeoutException($"{command}: not ended after {deadline}; it said: {said}");
    }

    public override string ToString() => $"{Command}: exit code {ExitCode}\n{Output}{Error}";
}
