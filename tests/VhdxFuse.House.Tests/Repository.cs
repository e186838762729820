using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace VhdxFuse.House.Tests;

/// <summary>The working copy: the folder with VhdxFuse.sln, upward from the test assembly.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Everything but build output; paths relative to the root.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. ListFiles(Root).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. from path in Files
            where path.EndsWith(".cs", StringComparison.Ordinal)
            select new SourceFile(path, Read(path))];

    public static IEnumerable<SourceFile> SourcesUnder(string folder) =>
        Sources.Where(file => file.Path.StartsWith(folder, StringComparison.Ordinal));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "VhdxFuse.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"no VhdxFuse.sln upward from {AppContext.BaseDirectory}");
    }

    private static IEnumerable<string> ListFiles(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            yield return Path.GetRelativePath(Root, file);
        }

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            if (Path.GetFileName(child) is ".git" or "artifacts" or ".vs" or ".idea")
            {
                continue;
            }

            foreach (string file in ListFiles(child))
            {
                yield return file;
            }
        }
    }
}
