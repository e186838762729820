using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Mono.Unix.Native;

namespace VhdxFuse.Benchmarks.Machine;

/// <summary>A program that serves in the foreground until it is told to end.</summary>
internal sealed class ServingProcess : IDisposable
{
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _program;
    private string _lastError = ""; // written by the reader of the pipe

    private readonly ServingEnd _end;

    private ServingProcess(string program, ServingEnd end, Process process)
    {
        _end = end;
        _program = program;
        _process = process;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrWhiteSpace(line.Data))
            {
                Volatile.Write(ref _lastError, line.Data);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public static ServingProcess Start(string program, ServingEnd end, IEnumerable<string> arguments) =>
        new(program, end, Command.Start(program, arguments));

    /// <summary>Waits until the process has brought something about.</summary>
    /// <exception cref="BenchmarkException">It ended instead, or the time ran out.</exception>
    public void WaitUntil(Func<bool> isReady, CancellationToken cancellation)
    {
        Waiting.Until(
            () => isReady() || _process.HasExited, $"{System.IO.Path.GetFileName(_program)} to be ready", cancellation);
        if (_process.HasExited && !isReady())
        {
            _process.WaitForExit(); // its last words too
            string reason = Volatile.Read(ref _lastError);
            throw new BenchmarkException(
                reason.Length > 0 ? reason : $"{_program}: ended early with exit code {_process.ExitCode}");
        }
    }

    /// <summary>Waits for the end, after asking for it where nothing else does, and kills what doesn't come to
    /// it.</summary>
    public void Dispose()
    {
        if (_end == ServingEnd.OnRequest && !_process.HasExited)
        {
            _ = Syscall.kill(_process.Id, Signum.SIGTERM);
        }

        if (!_process.WaitForExit(EndDeadline))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
