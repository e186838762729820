using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Disk;

/// <summary>The images that name an image as their parent, as far as they lie in its folder: what a change of its disk
/// would break.</summary>
internal static class KnownChildren
{
    // They may be in use or somebody else's, and are only looked at. The access time is at risk only where the kernel
    // gives no way to keep it.
    private static readonly FileOpenOptions Sharing = new() { ForceShare = true, AllowAccessTimeUpdate = true };

    // A log may name the parent anew; one that can't be replayed must not hide a child.
    private static readonly OpenOptions BestEffort = new() { BestEffort = true };

    // Hidden files are children too, and a folder that can't be listed may hold some.
    private static readonly EnumerationOptions AllFiles = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };

    /// <summary>Refuses to change an image that has children, or may have: what can't be read counts as one.</summary>
    /// <param name="image">Open.</param>
    /// <param name="but">The identity of a child that doesn't count; null for none.</param>
    /// <param name="what">What isn't done, for the message.</param>
    /// <exception cref="ProgramException">Parent: it has some, or that can't be told.</exception>
    public static void Refuse(VhdxImage image, string? but, string what)
    {
        foreach (string path in CandidatesBeside(image, what))
        {
            if (IsChild(path, image, but, what))
            {
                throw Refusal(
                    image, what, $"{OneLine.Escape(path)} names it as its parent and couldn't be used any more");
            }
        }
    }

    private static List<string> CandidatesBeside(VhdxImage image, string what)
    {
        string path = image.Path;
        string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        try
        {
            return
            [
                .. Directory.EnumerateFiles(Path.GetDirectoryName(real) ?? "/", "*", AllFiles).Where(
                    found => Path.GetExtension(found).ToUpperInvariant() is ".VHDX" or ".AVHDX"),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal(
                image, what, $"its folder may hold children and can't be listed: {OneLine.Escape(e.Message)}");
        }
    }

    private static bool IsChild(string path, VhdxImage image, string? but, string what)
    {
        try
        {
            using VhdxImage other = SingleImage.Open(LinuxFile.OpenRead(path, Sharing), BestEffort);
            return other.ParentLocator?.Accepts(image.DataWriteGuid) == true
                && !string.Equals(other.File.Identity, image.File.Identity, StringComparison.Ordinal)
                && !string.Equals(other.File.Identity, but, StringComparison.Ordinal);
        }
        catch (VhdxException e) when (e.Kind == VhdxErrorKind.NotVhdx)
        {
            return false;
        }
        catch (VhdxException e)
        {
            throw Refusal(image, what, $"it can't be told whether it is the parent of {OneLine.Escape(e.Message)}");
        }
    }

    private static ProgramException Refusal(VhdxImage image, string what, string why) => new(
        ExitCode.Parent,
        $"{OneLine.Escape(image.Path)}: {what}: {why} (--break-children goes on all the same)");
}
