using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Disk;

/// <summary>Gives one image the parent that the user named, wherever its locator says it lies; all other parents are
/// looked for as ever. Whether it is the parent, the linkage still decides.</summary>
/// <param name="child">The identity of the one image's file.</param>
/// <param name="open">Opens the parent; the caller's then.</param>
/// <param name="others">For everybody else.</param>
internal sealed class GivenParent(string child, Func<IImageFile> open, IParentSource others) : IParentSource
{
    // No path holds a NUL.
    private const string Given = "\0given";

    public string FolderOf(IImageFile image) =>
        string.Equals(image.Identity, child, StringComparison.Ordinal) ? Given : others.FolderOf(image);

    public string? Find(string folder, IReadOnlyList<string> components) =>
        string.Equals(folder, Given, StringComparison.Ordinal) ? Given : others.Find(folder, components);

    public IImageFile Open(string path) =>
        string.Equals(path, Given, StringComparison.Ordinal) ? open() : others.Open(path);
}
