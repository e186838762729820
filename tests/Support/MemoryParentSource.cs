using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Support;

/// <summary>A file system of images in memory, by absolute path. Keeps every handle it gave, for a test to look at.</summary>
public sealed class MemoryParentSource : IParentSource
{
    private readonly ConcurrentDictionary<string, MemoryImageFile> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<MemoryImageFile> _opened = new();

    public MemoryParentSource(params IEnumerable<MemoryImageFile> files)
    {
        foreach (MemoryImageFile file in files)
        {
            _files[file.Path] = file;
        }
    }

    /// <summary>The handles given, in order.</summary>
    public IReadOnlyCollection<MemoryImageFile> Opened => _opened;

    public string FolderOf(IImageFile image) => image.Path[..Math.Max(1, image.Path.LastIndexOf('/'))];

    /// <inheritdoc/>
    public string? Find(string folder, IReadOnlyList<string> components)
    {
        List<string> wanted = [.. folder.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        foreach (string component in components)
        {
            if (!string.Equals(component, "..", StringComparison.Ordinal))
            {
                wanted.Add(component);
            }
            else if (wanted.Count > 0)
            {
                wanted.RemoveAt(wanted.Count - 1);
            }
        }

        string path = "/" + string.Join('/', wanted);
        if (_files.ContainsKey(path))
        {
            return path;
        }

        string[] alike = [.. _files.Keys.Where(p => string.Equals(p, path, StringComparison.OrdinalIgnoreCase))];
        return alike.Length == 1 ? alike[0] : null;
    }

    /// <inheritdoc/>
    public IImageFile Open(string path)
    {
        if (!_files.TryGetValue(path, out MemoryImageFile? file))
        {
            throw new VhdxException(VhdxErrorKind.Io, path, "no such file in the test's memory");
        }

        MemoryImageFile handle = file.ReopenReadOnly();
        _opened.Enqueue(handle);
        return handle;
    }
}
