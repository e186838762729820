using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Disk;

/// <summary>Single images, without their parents.</summary>
internal static class SingleImage
{
    /// <summary>Opens an image and disposes the file when that fails.</summary>
    public static VhdxImage Open(LinuxFile file, OpenOptions options)
    {
        LinuxFile? unopened = file;
        try
        {
            VhdxImage image = VhdxImage.Open(file, options);
            unopened = null;
            return image;
        }
        finally
        {
            unopened?.Dispose();
        }
    }
}
