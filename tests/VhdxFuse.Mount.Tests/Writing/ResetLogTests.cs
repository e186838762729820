using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>An image whose header names a log that holds nothing.</summary>
public sealed class ResetLogTests
{
    [ProgramFact]
    public async Task It_is_written_only_on_request_and_is_an_ordinary_image_afterwards()
    {
        await using var box = new Sandbox();
        MemoryImageFile file = new ImageBuilder { LogGuid = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) }.Build();
        byte[] image = new byte[file.LengthBytes];
        Assert.Equal(image.Length, file.Read(new FileOffset(0), image));
        await File.WriteAllBytesAsync(box.Image, image);

        Finished refused = await box.Run("--rw", box.Image, box.Point);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("--reset-log", refused.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(image, await File.ReadAllBytesAsync(box.Image));

        byte[] model = new byte[8 * Sandbox.MiB];
        model[777] = 1;
        Finished mount = await box.Run("--rw", "--reset-log", box.Image, box.Point);
        Assert.Equal(0, mount.ExitCode);
        WritableBox.Write(box.Disk, 777, [1]);
        await WritableBox.Holds(box.Disk, model);
        await box.Succeed("umount", box.Point);
        await Eventually.True(
            () => ToolRun.Of(ProgramUnderTest.Path, Eventually.Deadline, "--rw", box.Image, box.Point).ExitCode == 0,
            "the server letting go of the image");
        await WritableBox.Holds(box.Disk, model);
    }
}
