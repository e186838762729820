using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>Looks for parents in the folders of Linux, and leaves no trace in them.</summary>
/// <remarks>
/// The names come from an image that may be hostile, in folders that may be the attacker's. Nothing is opened but
/// folders until <see cref="Open"/>, and that takes regular files only. Symbolic links below the folder where a search
/// begins are not followed: following one changes its access time, and it would let an image reach where the folders
/// don't. A link in the path of that first folder is the user's word and is followed.
/// </remarks>
public sealed class LinuxParentSource : IParentSource
{
    /// <summary>More than any path that Linux or Windows can hold needs; each may cost a listing.</summary>
    private const int MaxComponents = 256;

    private readonly FileOpenOptions _options;

    /// <summary>Makes a source.</summary>
    /// <param name="options">For the parents as for the image; a folder is listed at the risk of its access time only
    /// where these allow it.</param>
    public LinuxParentSource(FileOpenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <inheritdoc/>
    /// <remarks>Where the file really lies, when the image was opened through a link or as <c>/dev/fd/N</c>. Empty for
    /// a file without a name (deleted, or never in a folder): nothing is found below that.</remarks>
    public string FolderOf(IImageFile image)
    {
        ArgumentNullException.ThrowIfNull(image);
        string path = image is LinuxFile file ? file.RealPath : RealPathOf(image.Path);
        int slash = path.LastIndexOf('/');
        return slash switch
        {
            > 0 => path[..slash],
            0 => "/",
            _ => "",
        };
    }

    /// <inheritdoc/>
    /// <remarks>Also null when a folder can't be searched, and when a name differs in case and the folder can't be
    /// listed without changing its access time.</remarks>
    /// <exception cref="VhdxException">Io: the machine failed, not the search.</exception>
    public string? Find(string folder, IReadOnlyList<string> components)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(components);
        if (components.Count > MaxComponents || !TrySplit(components, out List<string> climb, out string name))
        {
            return null;
        }

        Folder? current = Folder.Open(folder, _options);
        try
        {
            foreach (string step in climb)
            {
                Folder? next = current?.Enter(step);
                current?.Dispose();
                current = next;
            }

            string? found = current?.NameOf(name);
            return found is null ? null : current?.PathOf(found);
        }
        finally
        {
            current?.Dispose();
        }
    }

    /// <inheritdoc/>
    public IImageFile Open(string path) => LinuxFile.OpenRead(path, _options, FileRole.Parent);

    /// <summary>The folders to go through and the name at the end.</summary>
    /// <returns>False when a component can't be a name, or the last is none.</returns>
    private static bool TrySplit(IReadOnlyList<string> components, out List<string> climb, out string name)
    {
        climb = [];
        name = "";
        foreach (string component in components)
        {
            if (component.AsSpan().ContainsAny('/', '\0') || !PathText.IsWellFormed(component))
            {
                return false;
            }

            if (component is not ("" or "."))
            {
                climb.Add(component);
            }
        }

        if (climb.Count == 0 || Folder.IsUp(climb[^1]))
        {
            return false;
        }

        name = climb[^1];
        climb.RemoveAt(climb.Count - 1);
        return true;
    }

    private static string RealPathOf(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return "";
        }

        Errno errno = LibC.Open(
            Descriptor.WorkingFolder, PathText.ToBytes(path), OpenFlags.Path, out Descriptor named);
        using (named)
        {
            return errno == Errno.None && LibC.PathOf(named, out string found) == Errno.None ? found : "";
        }
    }
}
