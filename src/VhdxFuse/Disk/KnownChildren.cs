using System;
using System.Collections.Generic;
using System.IO;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Disk;

/// <summary>The images that name an image as their parent, as far as they lie in its folder: what a change of its disk
/// would break.</summary>
internal static class KnownChildren
{
    // They may be in use, and are only looked at.
    private static readonly FileOpenOptions Sharing = new() { ForceShare = true };

    /// <summary>Refuses to change an image that has children.</summary>
    /// <param name="image">Open.</param>
    /// <param name="but">The identity of a child that doesn't count; null for none.</param>
    /// <param name="what">What isn't done, for the message.</param>
    /// <exception cref="ProgramException">Parent: it has some.</exception>
    public static void Refuse(VhdxImage image, string? but, string what)
    {
        foreach (string path in CandidatesBeside(image.Path))
        {
            if (IsChild(path, image, but))
            {
                throw new ProgramException(
                    ExitCode.Parent,
                    $"{OneLine.Escape(image.Path)}: {what}: {OneLine.Escape(path)} names it as its parent and couldn't "
                    + "be used any more (--break-children goes on all the same)");
            }
        }
    }

    private static IEnumerable<string> CandidatesBeside(string path)
    {
        string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        var options = new EnumerationOptions { IgnoreInaccessible = true };
        foreach (string found in Directory.EnumerateFiles(Path.GetDirectoryName(real) ?? "/", "*", options))
        {
            if (Path.GetExtension(found).ToUpperInvariant() is ".VHDX" or ".AVHDX")
            {
                yield return found;
            }
        }
    }

    private static bool IsChild(string path, VhdxImage image, string? but)
    {
        try
        {
            using VhdxImage other = SingleImage.Open(LinuxFile.OpenRead(path, Sharing), new OpenOptions());
            return other.ParentLocator?.Accepts(image.DataWriteGuid) == true
                && !string.Equals(other.File.Identity, image.File.Identity, StringComparison.Ordinal)
                && !string.Equals(other.File.Identity, but, StringComparison.Ordinal);
        }
        catch (VhdxException)
        {
            return false; // whatever it is, it isn't known to be a child
        }
    }
}
