using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Fuse.Mounting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>Every way a mount comes to its end.</summary>
public sealed class EndingTests
{
    private const string EndedByUnmount = "ended Unmounted 0 told=True";

    [FuseFact]
    public async Task Umount_from_outside_ends_the_session_and_tells_the_file_system()
    {
        // No DESTROY comes on such a mount: that the file system was told shows that we don't wait for one.
        await using ServedMount mount = await ServedMount.Ready();
        _ = await Tool.Succeed("umount", mount.Point);
        Assert.Equal(EndedByUnmount, await mount.End());
    }

    [RequiresTheory(Need.Fuse | Need.Root)]
    [InlineData("threads=1")]
    [InlineData("threads=4", "clone")]
    public async Task TryUnmount_ends_readers_and_clones(params string[] words)
    {
        await using ServedMount mount = await ServedMount.Ready(words);
        Assert.Equal("hello", await Tool.Succeed("cat", mount.PathOf("hello.txt")));
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        Assert.Equal(EndedByUnmount, await mount.End());
        Assert.Null(MountTable.DeviceAt(mount.Point));
    }

    [FuseFact]
    public async Task A_busy_mount_is_not_unmounted_and_goes_on_being_served()
    {
        await using ServedMount mount = await ServedMount.Ready();
        using Process holder = await Hold(mount.PathOf("hello.txt"));
        Assert.Equal("unmounted False", await mount.Ask("unmount", "unmounted"));
        _ = await Tool.Succeed("cmp", mount.PathOf("disk.raw"), mount.PathOf("disk.raw"));
        await Release(holder);
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        Assert.Equal(EndedByUnmount, await mount.End());
    }

    [FuseFact]
    public async Task Detaching_frees_the_mount_point_at_once_and_ends_when_the_last_file_is_closed()
    {
        await using ServedMount mount = await ServedMount.Ready();
        using Process holder = await Hold(mount.PathOf("hello.txt"));
        Assert.Equal("detached", await mount.Ask("detach", "detached"));
        Assert.Empty(Directory.GetFileSystemEntries(mount.Point));
        Assert.False(mount.Process.HasExited);
        Assert.Equal("hello", await Release(holder)); // still readable
        Assert.Equal(EndedByUnmount, await mount.End());
    }

    [FuseFact]
    public async Task An_abort_is_told_from_an_unmount()
    {
        await using ServedMount mount = await ServedMount.Ready();
        await Abort(mount);
        Assert.Equal("ended Aborted 0 told=True", await mount.End());
    }

    [FuseFact]
    public async Task An_abort_during_a_read_waits_for_the_handler()
    {
        await using ServedMount mount = await ServedMount.Ready();
        _ = await mount.Ask("block", "blocked");
        using Process reader = Tool.Start(["cat", mount.PathOf("hello.txt")]);
        Assert.Equal("reading", await mount.NextLine());
        await Abort(mount);
        await reader.WaitForExitAsync().WaitAsync(Tool.Deadline);
        Assert.NotEqual(0, reader.ExitCode);
        Assert.Equal("going", await mount.Ask("go", "going"));
        Assert.Equal("ended Aborted 0 told=True", await mount.End());
    }

    [FuseFact]
    public async Task A_killed_reader_leaves_the_others_alone()
    {
        await using ServedMount mount = await ServedMount.Ready("threads=2");
        _ = await mount.Ask("block", "blocked");
        using Process reader = Tool.Start(["cat", mount.PathOf("hello.txt")]);
        Assert.Equal("reading", await mount.NextLine());
        reader.Kill();
        await reader.WaitForExitAsync().WaitAsync(Tool.Deadline);
        Assert.Equal("going", await mount.Ask("go", "going"));
        Assert.Equal("hello", await Tool.Succeed("cat", mount.PathOf("hello.txt")));
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        Assert.Equal(EndedByUnmount, await mount.End());
    }

    [FuseFact]
    public async Task A_killed_server_leaves_a_dead_mount_that_is_explained_with_the_command_that_clears_it()
    {
        await using ServedMount mount = await ServedMount.Ready();
        mount.Process.Kill();
        await mount.Process.WaitForExitAsync().WaitAsync(Tool.Deadline);
        await Tool.Fail("Transport endpoint is not connected", "ls", mount.Point);

        await mount.Serve([], []);
        const string cure = "clear it with: ";
        Assert.StartsWith($"failed DeadMount {mount.Point}: ", mount.Greeting, StringComparison.Ordinal);
        string command = mount.Greeting[(mount.Greeting.IndexOf(cure, StringComparison.Ordinal) + cure.Length)..];
        Assert.Equal($"umount {mount.Point}", command);
        _ = await Tool.Succeed("sh", "-c", command);

        await mount.Serve([], []);
        Assert.StartsWith("ready", mount.Greeting, StringComparison.Ordinal);
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3")]
    public async Task Auto_unmount_by_root_cleans_up_after_a_kill()
    {
        // fusermount3 stays for that: had it been waited for, the server could never have become ready.
        await using ServedMount mount = await ServedMount.Ready("auto_unmount", "source=a,b\\c");
        Assert.StartsWith("ready Fusermount ", mount.Greeting, StringComparison.Ordinal);
        Assert.Equal("hello", await Tool.Succeed("cat", mount.PathOf("hello.txt")));
        mount.Process.Kill();
        _ = await Tool.Shell("while findmnt \"$1\" > /dev/null; do sleep 0.05; done", mount.Point);
        Assert.Null(MountTable.DeviceAt(mount.Point));
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3")]
    public async Task Auto_unmount_ends_like_any_other()
    {
        await using ServedMount mount = await ServedMount.Ready("auto_unmount");
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        Assert.Equal(EndedByUnmount, await mount.End());
    }

    [FuseFact]
    public async Task What_lies_on_top_of_our_mount_is_not_unmounted()
    {
        await using ServedMount mount = await ServedMount.Ready();
        _ = await Tool.Succeed("mount", "-t", "tmpfs", "on-top", mount.PathOf("many"));
        Assert.Equal("unmounted False", await mount.Ask("unmount", "unmounted"));
        _ = await Tool.Succeed("umount", mount.PathOf("many"));
        _ = await Tool.Succeed("mount", "-t", "tmpfs", "on-top", mount.Point);
        Assert.Equal("unmounted False", await mount.Ask("unmount", "unmounted"));
        Assert.Contains("another mount lies on top", await mount.Ask("detach", "failed"), StringComparison.Ordinal);
        _ = await Tool.Succeed("umount", mount.Point);
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        Assert.Equal(EndedByUnmount, await mount.End());
    }

    // A shell that has the file open until its input ends, and then prints it.
    private static async Task<Process> Hold(string file)
    {
        Process holder = Tool.Start(["sh", "-c", "exec 3< \"$1\"; echo held; read line; cat <&3", "sh", file]);
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync().WaitAsync(Tool.Deadline));
        return holder;
    }

    private static async Task<string> Release(Process holder)
    {
        holder.StandardInput.Close();
        string output = await holder.StandardOutput.ReadToEndAsync().WaitAsync(Tool.Deadline);
        await holder.WaitForExitAsync().WaitAsync(Tool.Deadline);
        return output.TrimEnd('\n');
    }

    private static async Task Abort(ServedMount mount)
    {
        string minor = MountTable.DeviceAt(mount.Point)!.Split(':')[1];
        string control = $"/sys/fs/fuse/connections/{minor}/abort";

        // Where fusectl isn't mounted, a private namespace has it.
        _ = await Tool.Succeed(
            "unshare", "-m", "sh", "-c",
            "test -e \"$1\" || mount -t fusectl none /sys/fs/fuse/connections; echo 1 > \"$1\"", "sh", control);
    }
}
