using System.IO;
using VhdxFuse.Fuse;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Disk;

/// <summary>What a mount shows of an image file's own attributes.</summary>
/// <param name="Mode">Its permission bits.</param>
/// <param name="ModificationTime">When its content last changed.</param>
internal readonly record struct ImageFacts(UnixFileMode Mode, FuseTimestamp ModificationTime)
{
    private const int PermissionMask = 0x1ff;

    /// <returns>Null for an image in memory.</returns>
    public static ImageFacts? Of(VhdxImage image)
    {
        if (image.Source is not LinuxFile file)
        {
            return null;
        }

        FileFacts facts = file.Facts;
        return new ImageFacts(
            (UnixFileMode)(facts.Mode & PermissionMask),
            new FuseTimestamp(facts.Modified.Seconds, (uint)facts.Modified.Nanoseconds));
    }
}
