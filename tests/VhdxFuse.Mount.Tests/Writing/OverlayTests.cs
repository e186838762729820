using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>Changes that don't go into the image.</summary>
[Collection(AloneOnTheDisk.Name)]
public sealed class OverlayTests
{
    private static readonly byte[] Change = [.. "changed through the mount"u8];

    [ProgramFact]
    public async Task A_file_takes_the_changes_and_can_be_mounted_again()
    {
        await using var box = new Sandbox();
        string overlay = box.PathOf("over.vhdx");
        byte[] model = [.. Sandbox.DiskBytes];
        string before = await Stamp(box);
        for (int round = 0; round < 3; round++)
        {
            await using Child server = await box.Serve("--overlay", overlay);
            await WritableBox.Holds(box.Disk, model);
            int offset = (round * 2 * Sandbox.MiB) + 777;
            WritableBox.Write(box.Disk, offset, Change);
            Change.CopyTo(model, offset);
            await WritableBox.Holds(box.Disk, model);
            Assert.Equal(
                Sandbox.DiskBytes, await File.ReadAllBytesAsync(Path.Combine(box.Point, "layers", "0-disk.raw")));
            await box.End(server);
        }

        Assert.Equal(before, await Stamp(box));

        // It names its parent, so it is an ordinary differencing image.
        Finished mount = await box.Run(overlay, box.Point);
        Assert.Equal((0, ""), (mount.ExitCode, mount.Error));
        await WritableBox.Holds(box.Disk, model);
    }

    [ProgramFact]
    public async Task In_memory_the_changes_go_with_the_mount()
    {
        await using var box = new Sandbox();
        string before = await Stamp(box);
        for (int round = 0; round < 2; round++)
        {
            await using Child server = await box.Serve("--overlay", "mem");
            Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
            WritableBox.Write(box.Disk, 777, Change);
            await box.Succeed("sync", box.Disk);
            byte[] model = [.. Sandbox.DiskBytes];
            Change.CopyTo(model, 777);
            await WritableBox.Holds(box.Disk, model);
            string report = await File.ReadAllTextAsync(Path.Combine(box.Point, ".vhdxfuse", "report.json"));
            Assert.Contains("\"overlay\": \"overlay in memory\"", report, StringComparison.Ordinal);
            Assert.Contains($"\"image\": \"{box.Image}\"", report, StringComparison.Ordinal);
            await box.End(server);
        }

        Assert.Equal(before, await Stamp(box));
        string?[] names = [.. Directory.EnumerateFileSystemEntries(box.Folder).Select(Path.GetFileName)];
        Assert.Equal(2, names.Length); // the image and the mount point
    }

    [ProgramFact(Need.Fuse | Need.Root, "dd", "fallocate")]
    public async Task Memory_that_is_used_up_is_told_to_the_writer_and_the_mount_goes_on()
    {
        await using var box = new Sandbox();
        box.Refill(64 * Sandbox.MiB);
        await using Child server = await box.Serve("--overlay", "mem:16M");
        Finished fill = await box.Shell(
            "dd if=/dev/urandom of=$MNT/disk.raw bs=64k conv=notrunc oflag=direct status=none");
        Assert.Contains("No space left on device", fill.Error, StringComparison.Ordinal);
        await box.Succeed("fallocate", "-p", "-o", "0", "-l", "8M", box.Disk);
        await box.Succeed("sync", box.Disk);
        await box.Succeed("dd", "if=/dev/urandom", $"of={box.Disk}", "bs=1M", "seek=50", "count=2", "conv=notrunc");
        await box.Succeed("umount", box.Point);
        Assert.Equal(0, (await server.End()).ExitCode);
    }

    [ProgramFact]
    public async Task An_overlay_over_another_image_is_refused_and_not_changed()
    {
        await using var box = new Sandbox();
        string overlay = box.PathOf("over.vhdx");
        await using (Child server = await box.Serve("--overlay", overlay))
        {
            await box.End(server);
        }

        byte[] before = await File.ReadAllBytesAsync(overlay);
        File.Copy(box.Image, box.PathOf("base.vhdx"));
        box.Refill(8 * Sandbox.MiB);
        Finished refused = await box.Run("--overlay", overlay, box.Image, box.Point);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains($"{overlay}: is ", refused.OnlyLine, StringComparison.Ordinal);
        await WritableBox.Holds(overlay, before);
    }

    [ProgramFact]
    public async Task An_image_that_is_no_overlay_is_a_mistake_of_the_command_line()
    {
        await using var box = new Sandbox();
        string plain = box.PathOf("base.vhdx");
        File.Copy(box.Image, plain);
        byte[] before = await File.ReadAllBytesAsync(plain);
        Finished refused = await box.Run("--overlay", plain, box.Image, box.Point);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"{plain}: is not a differencing image", refused.OnlyLine, StringComparison.Ordinal);
        Assert.Contains("--overlay", refused.OnlyLine, StringComparison.Ordinal);
        Assert.DoesNotContain("--parent-path", refused.OnlyLine, StringComparison.Ordinal);
        await WritableBox.Holds(plain, before);
    }

    private static async Task<string> Stamp(Sandbox box)
    {
        Finished sum = await box.Shell("dd if=$IMAGE iflag=noatime status=none | sha256sum");
        Finished stat = await Child.Run(box.Folder, "stat", "-c", "%x %y %z %s", box.Image);
        return stat.Output + sum.Output;
    }
}
