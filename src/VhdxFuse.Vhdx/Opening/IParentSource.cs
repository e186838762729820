using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>Where parents of a differencing image are looked for: the file system, or a test's model of one.</summary>
public interface IParentSource
{
    /// <summary>The folder that holds an image: what its relative paths start from.</summary>
    string FolderOf(IImageFile image);

    /// <summary>
    /// Looks for a file below a folder, component by component: the exact name first, else the only one that equals it
    /// without regard to case. <c>..</c> climbs. Looks without changing any timestamp and opens nothing but folders.
    /// </summary>
    /// <returns>Its path, or null when a component is missing or stands for several names.</returns>
    string? Find(string folder, IReadOnlyList<string> components);

    /// <summary>Opens a file that <see cref="Find"/> named, for reading. Only a regular file is ever opened.</summary>
    /// <exception cref="VhdxException">Io or NotVhdx: it can't be opened, or isn't a regular file.</exception>
    IImageFile Open(string path);
}
