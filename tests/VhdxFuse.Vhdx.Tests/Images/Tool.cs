using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

/// <summary>Other people's programs, which judge what ours has done.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static bool Exists(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
            .Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Runs a program that must succeed.</summary>
    public static string Run(string name, params string[] arguments)
    {
        (int exitCode, string output) = Try(name, arguments);
        Assert.True(exitCode == 0, $"{name} {string.Join(' ', arguments)}: exit code {exitCode}: {output}");
        return output;
    }

    /// <summary>Runs a program to its end; a program that hangs fails the test.</summary>
    public static (int ExitCode, string Output) Try(string name, params string[] arguments)
    {
        using Process process = Start(name, arguments);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new Win32Exception($"{name} doesn't end");
        }

        return (process.ExitCode, output.Trim());
    }

    public static Process Start(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        return Process.Start(start)!;
    }
}
