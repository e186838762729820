using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>Runs other people's programs, none longer than the deadline.</summary>
internal sealed record Tool(int ExitCode, string Output, string Error)
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Where the runtime lies that runs us.</summary>
    public static string DotnetFolder { get; } = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="TimeoutException">It didn't end; it has been killed.</exception>
    public static async Task<Tool> Run(params string[] command)
    {
        using Process process = Start(command);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Deadline);
        }
        catch (TimeoutException exception)
        {
            process.Kill();
            throw new TimeoutException(string.Join(' ', command), exception);
        }

        return new Tool(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a shell script, which gets the arguments as $1 and so on.</summary>
    public static Task<Tool> Shell(string script, params string[] arguments) =>
        Run(["sh", "-c", script, "sh", .. arguments]);

    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>Its output, without the last line's end.</returns>
    public static async Task<string> Succeed(params string[] command)
    {
        Tool tool = await Run(command);
        Xunit.Assert.True(tool.ExitCode == 0, $"{string.Join(' ', command)}: {tool.Error}");
        return tool.Output.TrimEnd('\n');
    }

    /// <summary>Runs a program that must fail, and say so in the given words.</summary>
    public static async Task Fail(string words, params string[] command)
    {
        Tool tool = await Run(command);
        Xunit.Assert.NotEqual(0, tool.ExitCode);
        Xunit.Assert.Contains(words, tool.Error, StringComparison.Ordinal);
    }

    public static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        for (int i = 1; i < command.Count; i++)
        {
            start.ArgumentList.Add(command[i]);
        }

        start.Environment["LC_ALL"] = "C";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["PROGRAM"] = AppContext.BaseDirectory;
        start.Environment["DOTNET"] = DotnetFolder;
        return Process.Start(start)!;
    }
}
