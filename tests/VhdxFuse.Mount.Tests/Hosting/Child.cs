using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using System.Threading.Tasks;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>A child process with a deadline; killed when it is still there at the end.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly StringBuilder _error = new();
    private readonly Task<string> _output;
    private readonly Task _errorRead;

    private Child(Process process)
    {
        _process = process;
        process.StandardInput.Close();
        _output = process.StandardOutput.ReadToEndAsync();
        _errorRead = ReadError();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What came on stderr so far.</summary>
    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    public static Child Start(string folder, params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        for (int i = 1; i < command.Count; i++)
        {
            start.ArgumentList.Add(command[i]);
        }

        start.Environment["LC_ALL"] = "C";
        return new Child(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end, and to the end of its pipes, whoever else holds them.</summary>
    public static async Task<Finished> Run(string folder, params string[] command)
    {
        await using Child child = Start(folder, command);
        return await child.End();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<Finished> End()
    {
        await _process.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        await Task.WhenAll(_output, _errorRead).WaitAsync(Eventually.Deadline);
        return new Finished(_process.ExitCode, await _output, Error, _clock.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        }

        _process.Dispose();
    }

    private async Task ReadError()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_error)
            {
                _ = _error.Append(line).Append('\n');
            }
        }
    }
}
