using System;
using System.IO;
using System.Linq;
using VhdxFuse.Manual;
using VhdxFuse.Support;

namespace VhdxFuse.Mount.Tests.Packaging;

/// <summary>A folder with the packages of what is built, made when the first test asks.</summary>
public sealed class Packages : IDisposable
{
    private const long SomeDay = 1_800_000_000;

    // Compressing takes seconds of both cores, and others may have them.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly ScratchFolder _folder = new();
    private readonly Lazy<string[]> _files;

    public Packages() => _files = new Lazy<string[]>(() => Make("packages"));

    public string Deb => _files.Value.Single(file => file.EndsWith(".deb", StringComparison.Ordinal));

    public string Archive => _files.Value.Single(file => file.EndsWith(".tar.gz", StringComparison.Ordinal));

    public void Dispose() => _folder.Dispose();

    /// <summary>Makes them once more.</summary>
    /// <returns>The .deb and the archive, in the order of their names.</returns>
    public string[] Make(string name)
    {
        string manual = _folder.File("manual");
        ManualFiles.Write(manual, SomeDay);
        string output = _folder.File(name);
        _ = Run(
            "env", $"MANUAL={manual}", $"SOURCE_DATE_EPOCH={SomeDay}",
            "bash", Path.Combine(RepositoryFolder.Path, ".ci", "package"), output);
        return [.. Directory.GetFiles(output).Order(StringComparer.Ordinal)];
    }

    /// <summary>Runs a tool that may be slow; it must end with 0.</summary>
    internal static ToolRun Run(string program, params string[] arguments)
    {
        var run = ToolRun.Of(program, Deadline, arguments);
        return run.ExitCode == 0 ? run : throw new InvalidOperationException(run.ToString());
    }
}
