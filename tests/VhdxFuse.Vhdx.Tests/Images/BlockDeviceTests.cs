using System;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

public sealed class BlockDeviceTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NeedsFact(NeedsFactAttribute.Root, "losetup", "/dev/loop-control")]
    public void A_block_device_is_an_image_but_never_a_parent()
    {
        byte[] content = new byte[64 * Units.KiB];
        content[512] = 7;
        string device = Tool.Run("losetup", "--find", "--show", "--read-only", _folder.File("image", content));
        try
        {
            Tool.Run("mknod", _folder["node"], "b", "7", device["/dev/loop".Length..]);
            using LinuxFile file = LinuxFile.OpenRead(device, new FileOpenOptions());
            using LinuxFile otherNode = LinuxFile.OpenRead(_folder["node"], new FileOpenOptions());
            byte[] target = new byte[1024];

            Assert.Equal(content.Length, file.LengthBytes);
            Assert.Equal(content.Length, file.Facts.LengthBytes);
            Assert.Equal(1024, file.Read(new FileOffset(0), target));
            Assert.Equal(7, target[512]);
            Assert.Equal(new FileOffset(512), file.NextData(new FileOffset(512)));
            Assert.Equal(file.Identity, otherNode.Identity);

            var error = Assert.Throws<VhdxException>(
                () => new LinuxParentSource(new FileOpenOptions()).Open(device));
            Assert.Equal(VhdxErrorKind.NotVhdx, error.Kind);
            Assert.Contains("is a block device; an image is a regular file", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Tool.Run("losetup", "--detach", device);
        }
    }
}
