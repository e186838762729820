using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>A mount made by somebody else, whose descriptor the server is started with.</summary>
public sealed class InheritedMountTests
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC, as fdinfo shows it

    [FuseFact]
    public async Task An_inherited_descriptor_is_served_and_only_closed_at_the_end()
    {
        await using ServedMount mount = ServedMount.Prepare();
        await mount.Serve(MountedOnFive(mount), [], "/dev/fd/5");
        Assert.Equal("ready Inherited /dev/fd/5", mount.Greeting);
        Assert.Equal("hello", await Tool.Succeed("cat", mount.PathOf("hello.txt")));
        Assert.Equal("unmounted False", await mount.Ask("unmount", "unmounted"));
        Assert.Equal("hello", await Tool.Succeed("cat", mount.PathOf("hello.txt")));
        Assert.Equal("detached", await mount.Ask("detach", "detached"));
        Assert.Equal("ended Closed 0 told=True", await mount.End());
        await Tool.Fail("Transport endpoint is not connected", "ls", mount.Point);
    }

    [FuseFact]
    public async Task Umount_ends_an_inherited_mount_like_any_other()
    {
        await using ServedMount mount = ServedMount.Prepare();
        await mount.Serve(MountedOnFive(mount), [], "/dev/fd/5");
        _ = await Tool.Succeed("umount", mount.Point);
        Assert.Equal("ended Unmounted 0 told=True", await mount.End());
    }

    [FuseFact]
    public async Task An_inherited_descriptor_is_not_passed_on()
    {
        await using ServedMount mount = ServedMount.Prepare();
        await mount.Serve(MountedOnFive(mount), [], "/dev/fd/5");
        string[] lines = await File.ReadAllLinesAsync($"/proc/{mount.Process.Id}/fdinfo/5");
        string flags = Array.Find(lines, line => line.StartsWith("flags:", StringComparison.Ordinal))!;
        Assert.NotEqual(0, Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & CloseOnExec);
    }

    [FuseFact]
    public async Task The_transport_refuses_writes_even_where_the_mount_is_writable()
    {
        // The server was told read-only, whoever mounted was not: EROFS comes from us.
        await using ServedMount mount = ServedMount.Prepare();
        await mount.Serve(MountedOnFive(mount), [], "/dev/fd/5");
        await Tool.Fail("Read-only file system", "touch", mount.PathOf("new"));
        await Tool.Fail("Read-only file system", "truncate", "-s", "0", mount.PathOf("hello.txt"));
        await Tool.Fail(
            "Read-only file system", "dd", "if=/dev/zero", $"of={mount.PathOf("disk.raw")}", "conv=notrunc", "count=1");
    }

    [RequiresTheory(Need.Fuse | Need.Root)]
    [InlineData("/dev/fd/77")]
    [InlineData("/dev/fd/0")]
    public async Task A_descriptor_that_is_not_the_device_is_refused(string mountPoint)
    {
        await using ServedMount mount = ServedMount.Prepare();
        await mount.Serve([], [], mountPoint);
        Assert.Equal($"failed MountPoint {mountPoint}: is not an open descriptor of /dev/fuse", mount.Greeting);
    }

    // A shell mounts on descriptor 5 and becomes the server.
    private static List<string> MountedOnFive(ServedMount mount) =>
    [
        "sh", "-c",
        "exec 5<>/dev/fuse; mount -i -t fuse.vhdxfuse -o fd=5,rootmode=40000,user_id=0,group_id=0 inherited \"$0\" "
        + "&& exec \"$@\"",
        mount.Point,
    ];
}
