using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Fuse.Tests.Serving;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>A regular file as mount point, and mount points that won't do.</summary>
public sealed class FileMountPointTests
{
    [FuseFact]
    public async Task A_file_as_mount_point_becomes_the_disk()
    {
        await using ServedMount mount = await ServedMount.Ready("file");
        await File.WriteAllBytesAsync(mount.Outside("expected"), ServedTree.DiskContent());
        Assert.Equal($"{ServedTree.DiskBytes} regular file", await Tool.Succeed("stat", "-c", "%s %F", mount.Point));
        _ = await Tool.Succeed("cmp", mount.Point, mount.Outside("expected"));
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        _ = await mount.End();
        Assert.Equal("0", await Tool.Succeed("stat", "-c", "%s", mount.Point));
    }

    [FuseFact]
    public async Task A_link_is_followed_and_the_mount_named_by_its_target()
    {
        await using ServedMount mount = ServedMount.Prepare();
        _ = File.CreateSymbolicLink(mount.Outside("link"), mount.Point);
        await mount.Serve([], [], mount.Outside("link"));
        Assert.Equal($"ready Direct {mount.Point}", mount.Greeting);
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        _ = await mount.End();
    }

    [FuseFact]
    public async Task A_mount_point_with_blanks_and_commas_is_unmounted_too()
    {
        await using ServedMount mount = ServedMount.Prepare();
        string odd = Directory.CreateDirectory(mount.PathOf("odd, \\name")).FullName;
        await mount.Serve([], [], odd);
        Assert.Equal($"ready Direct {odd}", mount.Greeting);
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        _ = await mount.End();
    }

    [RequiresTheory(Need.Fuse | Need.Root)]
    [InlineData(true, "is a file, and what is to be mounted is a directory")]
    [InlineData(false, "is a directory, and what is to be mounted is a file", "file")]
    public async Task File_and_directory_cannot_be_mixed_up(bool isFile, string message, params string[] words)
    {
        await using ServedMount mount = ServedMount.Prepare(isFile);
        await mount.Serve([], words);
        Assert.Equal($"failed MountPoint {mount.Point}: {message}", mount.Greeting);
    }

    [FuseFact]
    public async Task A_missing_mount_point_is_named()
    {
        await using ServedMount mount = ServedMount.Prepare();
        await mount.Serve([], [], mount.PathOf("nowhere"));
        Assert.Equal($"failed MountPoint {mount.PathOf("nowhere")}: the mount point doesn't exist", mount.Greeting);
    }

    [FuseFact]
    public async Task A_device_is_no_mount_point()
    {
        await using ServedMount mount = ServedMount.Prepare();
        await mount.Serve([], [], "/dev/null");
        Assert.Equal("failed MountPoint /dev/null: is neither a directory nor a regular file", mount.Greeting);
    }

    [FuseFact]
    public async Task An_option_the_kernel_refuses_is_shown()
    {
        await using ServedMount mount = ServedMount.Prepare();
        await mount.Serve([], ["extra=nonsense"]);
        Assert.StartsWith(
            $"failed Options {mount.Point}: the kernel refused the mount options ",
            mount.Greeting,
            StringComparison.Ordinal);
        Assert.EndsWith("nonsense", mount.Greeting, StringComparison.Ordinal);
    }

    [FuseFact]
    public async Task Mount_flags_and_max_read_work()
    {
        await using ServedMount mount = await ServedMount.Ready("extra=noexec");
        string options = await Tool.Succeed("findmnt", "-nro", "OPTIONS", mount.Point);
        Assert.Contains("noexec", options, StringComparison.Ordinal);
        await using ServedMount small = await ServedMount.Ready("extra=max_read=4096", "max_pages=1");
        await File.WriteAllBytesAsync(small.Outside("expected"), ServedTree.DiskContent());
        _ = await Tool.Succeed("cmp", small.PathOf("disk.raw"), small.Outside("expected"));
    }
}
