using System;
using System.IO;
using VhdxFuse.Fuse;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>What a mount shows of an image file's own attributes.</summary>
/// <param name="Mode">Its permission bits.</param>
/// <param name="ModificationTime">When its content last changed.</param>
internal readonly record struct ImageFacts(UnixFileMode Mode, FuseTimestamp ModificationTime)
{
    public static ImageFacts Of(VhdxImage image) => new(
        File.GetUnixFileMode(image.Path), FuseTimestamp.From(new DateTimeOffset(File.GetLastWriteTimeUtc(image.Path))));
}
