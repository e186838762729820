using System;
using System.IO;

namespace VhdxFuse.Support;

/// <summary>The repository that the running tests were built from.</summary>
public static class RepositoryFolder
{
    private static readonly Lazy<string> Root = new(Find);

    /// <summary>The folder that holds VhdxFuse.sln.</summary>
    public static string Path => Root.Value;

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "VhdxFuse.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException($"no VhdxFuse.sln above {AppContext.BaseDirectory}");
    }
}
