using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>A mount served by a child process, with a folder of its own. Whatever is left of it at the end is aborted,
/// killed and lazily unmounted.</summary>
internal sealed class ServedMount : IAsyncDisposable
{
    private readonly string _folder;
    private readonly StringBuilder _seen = new();
    private Process? _process;

    private ServedMount(string folder, string point)
    {
        _folder = folder;
        Point = point;
    }

    /// <summary>The mount point.</summary>
    public string Point { get; }

    /// <summary>The child's first line.</summary>
    public string Greeting { get; private set; } = "";

    public Process Process => _process!;

    /// <summary>How to start the test assembly as a program.</summary>
    public static IReadOnlyList<string> Program { get; } =
        [Path.Combine(Tool.DotnetFolder, "dotnet"), "exec", typeof(ServedMount).Assembly.Location];

    /// <summary>Mounts on a fresh folder; must succeed.</summary>
    public static async Task<ServedMount> Ready(params string[] words)
    {
        ServedMount mount = Prepare(isFile: words.Contains("file", StringComparer.Ordinal));
        try
        {
            await mount.Serve([], words);
            Assert.StartsWith("ready", mount.Greeting, StringComparison.Ordinal);
            return mount;
        }
        catch
        {
            await mount.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a mount point, and doesn't mount.</summary>
    public static ServedMount Prepare(bool isFile = false)
    {
        string folder = Directory.CreateTempSubdirectory("vhdxfuse-mount-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        string point = Path.Combine(folder, "mnt");
        if (isFile)
        {
            File.WriteAllText(point, "");
        }
        else
        {
            _ = Directory.CreateDirectory(point);
        }

        return new ServedMount(folder, point);
    }

    /// <summary>Starts the server, behind the given words of a command line, and waits for its greeting.</summary>
    /// <param name="prefix">For instance unshare with its options.</param>
    /// <param name="words">Words for the server.</param>
    /// <param name="mountPoint">Where to; null: the mount point.</param>
    /// <param name="program">How to start it; null: as usual.</param>
    public async Task Serve(
        IReadOnlyList<string> prefix,
        IReadOnlyList<string> words,
        string? mountPoint = null,
        IReadOnlyList<string>? program = null)
    {
        _process = Tool.Start([.. prefix, .. program ?? Program, "serve", mountPoint ?? Point, .. words]);
        Greeting = await NextLine();
    }

    /// <summary>The next line the child says.</summary>
    public async Task<string> NextLine()
    {
        string? line = await _process!.StandardOutput.ReadLineAsync().WaitAsync(Tool.Deadline);
        Assert.True(line is not null, $"the server ended: {_seen}{(line is null ? await ErrorText() : "")}");
        _ = _seen.Append(line).Append('\n');
        return line!;
    }

    /// <summary>Reads lines until one starts as given.</summary>
    public async Task<string> LineWith(string start)
    {
        string line;
        do
        {
            line = await NextLine();
        }
        while (!line.StartsWith(start, StringComparison.Ordinal));
        return line;
    }

    /// <summary>Sends a command.</summary>
    /// <returns>The answer's line, which begins with the given word.</returns>
    public async Task<string> Ask(string command, string answer)
    {
        await _process!.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await LineWith(answer);
    }

    /// <summary>One of the server's counters.</summary>
    public async Task<long> Stat(string name)
    {
        string stats = await Ask("stats", "stats");
        string word = stats.Split(' ').Single(word => word.StartsWith(name + "=", StringComparison.Ordinal));
        return long.Parse(word[(name.Length + 1)..], null);
    }

    /// <summary>Waits for the server to end by itself.</summary>
    /// <returns>What it said at the end.</returns>
    public async Task<string> End()
    {
        string line = await LineWith("ended");
        await _process!.WaitForExitAsync().WaitAsync(Tool.Deadline);
        Assert.Equal(0, _process.ExitCode);
        return line;
    }

    public string PathOf(string name) => Path.Combine(Point, name);

    /// <summary>A path beside the mount point, on the machine's own disk.</summary>
    public string Outside(string name) => Path.Combine(_folder, name);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            await _process.WaitForExitAsync().WaitAsync(Tool.Deadline);
            _process.Dispose();
        }

        foreach (string left in MountsBelow(_folder))
        {
            _ = await Tool.Run("umount", "-l", left);
        }

        Directory.Delete(_folder, recursive: true);
    }

    // Read from the table with a parser of our own: this must work when the library's is broken.
    private static string[] MountsBelow(string folder) =>
    [
        .. File.ReadLines("/proc/self/mountinfo")
            .Select(line => line.Split(' ')[4])
            .Where(point => point.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(point => Regex.Replace(
                point,
                @"\\[0-7]{3}",
                octal => $"{(char)Convert.ToInt32(octal.Value[1..], 8)}",
                RegexOptions.None,
                Tool.Deadline))
            .Reverse(),
    ];

    private async Task<string> ErrorText() => await _process!.StandardError.ReadToEndAsync().WaitAsync(Tool.Deadline);
}
