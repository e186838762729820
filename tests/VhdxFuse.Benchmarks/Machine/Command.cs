using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace VhdxFuse.Benchmarks.Machine;

/// <summary>Runs another program to its end.</summary>
internal static class Command
{
    private const int CancellationPollMilliseconds = 200;
    private static readonly TimeSpan PipeDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program whose children end with it, and gives its standard output.</summary>
    /// <exception cref="BenchmarkException">It failed, or didn't end in time.</exception>
    public static string Output(
        string program, IEnumerable<string> arguments, TimeSpan deadline, CancellationToken cancellation)
    {
        using Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        WaitForExit(process, program, deadline, cancellation);
        return Task.WaitAll([output, error], PipeDeadline) && process.ExitCode == 0
            ? output.Result
            : throw Failed(program, process.ExitCode, error.IsCompleted ? error.Result : "");
    }

    /// <summary>Runs a program that leaves a process in the background, which may keep its pipes open.</summary>
    /// <remarks>Returns as soon as the program has ended: its duration is what a user waits.</remarks>
    /// <exception cref="BenchmarkException">It failed, or didn't end in time.</exception>
    public static void ToBackground(
        string program, IEnumerable<string> arguments, TimeSpan deadline, CancellationToken cancellation)
    {
        using Process process = Start(program, arguments);
        WaitForExit(process, program, deadline, cancellation);
        if (process.ExitCode != 0)
        {
            Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            bool said = error.Wait(PipeDeadline, CancellationToken.None);
            throw Failed(program, process.ExitCode, said ? error.Result : "");
        }
    }

    /// <summary>The last line that says something.</summary>
    public static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";

    /// <summary>Starts a program with its three standard streams on pipes.</summary>
    /// <exception cref="BenchmarkException">There is no such program.</exception>
    public static Process Start(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            Process process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception missing)
        {
            throw new BenchmarkException($"{program}: {missing.Message}");
        }
    }

    private static void WaitForExit(
        Process process, string program, TimeSpan deadline, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        while (!process.WaitForExit(CancellationPollMilliseconds))
        {
            if (cancellation.IsCancellationRequested || waited.Elapsed > deadline)
            {
                process.Kill(entireProcessTree: true);
                cancellation.ThrowIfCancellationRequested();
                throw new BenchmarkException($"{program}: not ended after {deadline.TotalSeconds:0} s");
            }
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private static BenchmarkException Failed(string program, int exitCode, string error)
    {
        string reason = LastLine(error);
        return new BenchmarkException(
            $"{System.IO.Path.GetFileName(program)}: {(reason.Length > 0 ? reason : $"exit code {exitCode}")}");
    }
}
