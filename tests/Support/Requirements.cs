using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace VhdxFuse.Support;

/// <summary>Looks at what the machine has.</summary>
public static class Requirements
{
    private static readonly Lazy<bool> MountNamespaces = new(() => Succeeds("unshare", "-m", "true"));

    private static readonly Lazy<string?> FuseProblem = new(() => Fuse.Fuse.CheckDependencies()?.Message
        ?? (HasMountNamespaces ? null : "needs a mount namespace of its own (unshare -m)"));

    private static readonly Lazy<string?> NamespaceProblem = new(() =>
        Succeeds("unshare", "-Urm", "true") ? null : "user namespaces are not available");

    /// <summary>Whether a test may mount where nobody else sees it.</summary>
    public static bool HasMountNamespaces => MountNamespaces.Value;

    /// <summary>Says why a test can't run.</summary>
    /// <returns>Null when it can.</returns>
    public static string? WhyNot(Need needs, IEnumerable<string> tools)
    {
        if (needs.HasFlag(Need.Root) && !string.Equals(Environment.UserName, "root", StringComparison.Ordinal))
        {
            return "needs root";
        }

        string? problem = needs.HasFlag(Need.Fuse) ? FuseProblem.Value : null;
        problem ??= needs.HasFlag(Need.UserNamespace) ? NamespaceProblem.Value : null;
        string? missing = tools.FirstOrDefault(tool => !IsInstalled(tool));
        return problem ?? (missing is null ? null : $"needs the program {missing}");
    }

    /// <summary>Whether a program is on the PATH.</summary>
    public static bool IsInstalled(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static bool Succeeds(string program, params string[] arguments)
    {
        if (!IsInstalled(program))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
