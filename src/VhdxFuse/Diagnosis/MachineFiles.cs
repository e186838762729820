using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace VhdxFuse.Diagnosis;

/// <summary>The files in which the kernel and the machine's configuration say what they are. None of them needs to be
/// there, to be readable, or to hold what it should.</summary>
/// <param name="root">The folder that stands for <c>/</c>.</param>
internal sealed class MachineFiles(string root)
{
    private const int FirstBytes = 4096;
    private const int MostBytes = 4 << 20;

    /// <summary>The path of a file below the root.</summary>
    public string PathOf(string path) => string.Concat(root.TrimEnd('/'), path);

    public bool Exists(string path) => File.Exists(PathOf(path));

    /// <summary>What a file holds, at most 4 MiB of it.</summary>
    /// <returns>Null when it can't be read.</returns>
    public string? Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(PathOf(path));
            byte[] bytes = new byte[FirstBytes];
            int filled = 0;
            int count;
            do
            {
                count = file.Read(bytes, filled, bytes.Length - filled);
                filled += count;
                if (filled == bytes.Length && filled < MostBytes)
                {
                    Array.Resize(ref bytes, filled * 2);
                }
            }
            while (count > 0);

            return Encoding.UTF8.GetString(bytes, 0, filled);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The names in a folder; none when it can't be listed.</summary>
    public IReadOnlyList<string> NamesIn(string folder)
    {
        try
        {
            return Array.ConvertAll(Directory.GetFileSystemEntries(PathOf(folder)), path => Path.GetFileName(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The permission bits of a file; null when it can't be looked at.</summary>
    public UnixFileMode? ModeOf(string path)
    {
        try
        {
            return File.GetUnixFileMode(PathOf(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
