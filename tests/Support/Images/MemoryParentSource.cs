using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Support.Images;

/// <summary>A model of a file system for the parent search: files by path, names compared as the engine
/// promises.</summary>
public sealed class MemoryParentSource : IParentSource
{
    private readonly Dictionary<string, MemoryImageFile> _files = new(StringComparer.Ordinal);

    /// <summary>Paths that were opened, in order.</summary>
    public IList<string> Opened { get; } = [];

    public MemoryParentSource Add(MemoryImageFile file)
    {
        _files.Add(file.Path, file);
        return this;
    }

    /// <summary>Files that are there, but can't be opened.</summary>
    public IDictionary<string, VhdxErrorKind> Refused { get; } =
        new Dictionary<string, VhdxErrorKind>(StringComparer.Ordinal);

    public string FolderOf(IImageFile image) => image.Path[..image.Path.LastIndexOf('/')];

    public string? Find(string folder, IReadOnlyList<string> components)
    {
        var parts = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (string component in components)
        {
            switch (component)
            {
                case ".":
                    break;
                case "..":
                    parts.RemoveAt(parts.Count - 1);
                    break;
                default:
                    parts.Add(component);
                    break;
            }
        }

        string wanted = "/" + string.Join('/', parts);
        if (_files.ContainsKey(wanted))
        {
            return wanted;
        }

        string[] alike =
            [.. _files.Keys.Where(path => string.Equals(path, wanted, StringComparison.OrdinalIgnoreCase))];
        return alike.Length == 1 ? alike[0] : null;
    }

    public IImageFile Open(string path)
    {
        Opened.Add(path);
        return Refused.TryGetValue(path, out VhdxErrorKind kind)
            ? throw new VhdxException(kind, path, "is refused by the test")
            : _files[path];
    }
}
