using System;
using System.Collections.Generic;
using System.IO;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Disk;

/// <summary>Makes empty images.</summary>
internal static class NewImage
{
    /// <summary>Makes one; durable with its name when the call returns.</summary>
    /// <param name="path">The name that it is to have.</param>
    /// <param name="replaces">Whether a regular file of that name may be replaced.</param>
    /// <param name="options">Such as make a legal image.</param>
    /// <returns>The length of its file.</returns>
    /// <exception cref="ProgramException">Usage: the name is taken.</exception>
    /// <exception cref="VhdxException">It can't be made.</exception>
    public static long Make(string path, bool replaces, CreateOptions options)
    {
        using var file = NewFile.Begin(path, replaces);
        Creator.Create(file.File, options, new RandomGuidSource());
        file.Publish();
        return file.File.LengthBytes;
    }

    /// <summary>How a new image names its parent: from its own folder, and as Windows does where a mapping says how
    /// that is.</summary>
    /// <param name="parent">Open.</param>
    /// <param name="childPath">The name that the new image is to have.</param>
    /// <param name="mappings">Where Windows folders are here.</param>
    public static ParentReference ReferenceTo(
        VhdxImage parent, string childPath, IReadOnlyList<PathMapping> mappings)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(childPath)) ?? "/";
        string relative = Path.GetRelativePath(folder, Path.GetFullPath(parent.Path));
        string fromHere = Climbs(relative) ? relative : $"./{relative}";
        string? absolute = null;
        foreach (PathMapping mapping in mappings)
        {
            string below = Path.GetRelativePath(mapping.Folder, Path.GetFullPath(parent.Path));
            absolute ??= Climbs(below) ? null : WindowsPath(mapping.WindowsFolder, below);
        }

        return new ParentReference(parent, AsWindows(fromHere), absolute);
    }

    private static bool Climbs(string relativePath) =>
        relativePath is ".." || relativePath.StartsWith("../", StringComparison.Ordinal);

    private static string WindowsPath(string folder, string below)
    {
        const string device = @"\\?\";
        string prefix = folder.StartsWith(device, StringComparison.Ordinal) ? "" : device;
        return $@"{prefix}{folder.TrimEnd('\\')}\{AsWindows(below)}";
    }

    private static string AsWindows(string path) => path.Replace('/', '\\');
}
