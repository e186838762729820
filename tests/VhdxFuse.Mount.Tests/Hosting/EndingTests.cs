using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

public sealed class EndingTests
{
    [ProgramFact]
    public async Task Unmounting_ends_the_program_with_0()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve();
        await box.Succeed("umount", box.Point);
        Finished end = await server.End();
        Assert.Equal((0, "", ""), (end.ExitCode, end.Output, end.Error));
    }

    [ProgramTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task A_signal_unmounts(string signal)
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve();
        await box.Signal(server, signal);
        Finished end = await server.End();
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
        Assert.False(box.IsMounted);
    }

    [ProgramFact]
    public async Task While_in_use_the_first_signal_says_who_to_ask_and_the_second_detaches()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve();
        await using (FileStream open = File.OpenRead(box.Disk))
        {
            await box.Signal(server, "TERM");
            await Eventually.True(() => server.Error.Contains("fuser -vm", StringComparison.Ordinal), "the advice");
            Assert.Contains($"'fuser -vm {box.Point}'", server.Error, StringComparison.Ordinal);
            Assert.True(box.IsMounted);
            Assert.False(server.HasExited);

            await box.Signal(server, "TERM");
            await Eventually.True(() => !box.IsMounted, "the detaching");
            Assert.False(server.HasExited);
            byte[] read = new byte[Sandbox.MiB];
            open.Position = 5 * Sandbox.MiB;
            await open.ReadExactlyAsync(read);
            Assert.Equal(Sandbox.DiskBytes[(5 * Sandbox.MiB)..(6 * Sandbox.MiB)], read);
        }

        Assert.Equal(0, (await server.End()).ExitCode);
    }

    // Without -f: going to the background would end the container. The file stays open: nothing to wait for.
    [ProgramFact(Need.Fuse | Need.Root, "unshare")]
    public async Task As_process_1_one_signal_detaches_and_ends_even_while_in_use()
    {
        await using var box = new Sandbox();
        await using Child server = Child.Start(
            box.Folder,
            "unshare", "--pid", "--fork", "--kill-child", "--mount-proc",
            ProgramUnderTest.Path, "--ready-fd", "2", box.Image, box.Point);
        await Eventually.True(
            () => server.Error.EndsWith("\n\n", StringComparison.Ordinal) || server.HasExited, "the mount");
        string inner = (await File.ReadAllTextAsync($"/proc/{server.Id}/task/{server.Id}/children")).Trim();
        Assert.Contains("only this container sees the mount", server.Error, StringComparison.Ordinal);

        // Its mount namespace is its own; we reach in through its root.
        await using (FileStream open = File.OpenRead($"/proc/{inner}/root{box.Disk}"))
        {
            await box.Signal(inner, "TERM");
            Finished end = await server.End();
            Assert.Equal(0, end.ExitCode);
        }
    }

    [ProgramFact]
    public async Task A_dead_mount_is_explained_with_the_command_that_clears_it()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve();
        await box.Signal(server, "KILL");
        _ = await server.End();
        Assert.True(box.IsMounted);

        Finished next = await box.Run(box.Image, box.Point);
        Assert.Equal(32, next.ExitCode);
        Assert.EndsWith($"clear it with: umount {box.Point}", next.OnlyLine, StringComparison.Ordinal);

        await box.Succeed("umount", box.Point);
        await box.Mount();
    }

    [ProgramFact]
    public async Task An_aborted_connection_is_told_and_ends_with_32()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve("-o", "fsname=aborted");
        Finished device = await Child.Run(box.Folder, "mountpoint", "-d", box.Point);
        string minor = device.Output.Trim().Split(':')[1];
        string connections = "/sys/fs/fuse/connections";
        await box.Succeed(
            "unshare", "-m", "sh", "-c",
            $"[ -e {connections}/{minor} ] || mount -t fusectl none {connections}; "
            + $"echo 1 > {connections}/{minor}/abort");
        Finished end = await server.End();
        Assert.Equal(32, end.ExitCode);
        Assert.Contains("aborted", end.OnlyLine, StringComparison.Ordinal);
    }
}
