using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>Each test ends the server by unmounting, and sees it gone by its pidfile.</summary>
public sealed class BackgroundTests
{
    // Command substitution ends when the last holder of the pipe is gone: a daemon that keeps it hangs the caller.
    [ProgramTheory]
    [InlineData("x=$($VHDXFUSE $IMAGE $MNT); echo \"$?[$x]\"")]
    [InlineData("x=$($VHDXFUSE $IMAGE $MNT 2>&1); echo \"$?[$x]\"")]
    [InlineData("$VHDXFUSE $IMAGE $MNT 2>&1 | cat; echo \"0[]\"")]
    [InlineData("x=$($VHDXFUSE --log-format json $IMAGE $MNT 2>&1 < /dev/zero); echo \"$?[$x]\"")]
    public async Task A_caller_that_waits_for_the_end_of_output_gets_it_at_once(string script)
    {
        await using var box = new Sandbox();
        Finished shell = await box.Shell(script);
        Assert.Equal(("0[]\n", ""), (shell.Output, shell.Error));
        Assert.True(shell.Took < TimeSpan.FromSeconds(5), $"took {shell.Took}");
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
    }

    [ProgramFact]
    public async Task The_server_leaves_terminal_session_folder_and_foreign_descriptors_behind()
    {
        await using var box = new Sandbox();
        Finished shell = await box.Shell(
            "exec 7<$IMAGE 33<$IMAGE; $VHDXFUSE --pidfile pid disk.vhdx mnt; exec 7<&- 33<&-");
        Assert.Equal((0, ""), (shell.ExitCode, shell.Error));
        string process = $"/proc/{(await File.ReadAllTextAsync(box.PathOf("pid"))).Trim()}";
        Assert.Equal("/", new FileInfo($"{process}/cwd").LinkTarget);
        string[] open = [.. Directory.EnumerateFiles($"{process}/fd").Select(path => new FileInfo(path).LinkTarget!)];
        Assert.Equal(3, open.Count(target => string.Equals(target, "/dev/null", StringComparison.Ordinal)));
        _ = Assert.Single(open, target => string.Equals(target, box.Image, StringComparison.Ordinal));
        string stat = await File.ReadAllTextAsync($"{process}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        Assert.Equal(Path.GetFileName(process), fields[3]); // the session's leader: itself
        Assert.Equal("0", fields[4]); // no terminal

        await box.Succeed("umount", box.Point);
        await Eventually.True(() => !File.Exists(box.PathOf("pid")), "the pidfile's end");
    }

    // Left by a program that was started from within: the command must neither wait for it nor start itself for ever.
    [ProgramFact]
    public async Task A_stale_pipe_in_the_environment_is_passed_over()
    {
        await using var box = new Sandbox();
        Finished shell = await box.Shell("VHDXFUSE_READY_PIPE=99 timeout 20 $VHDXFUSE $IMAGE $MNT");
        Assert.Equal((0, ""), (shell.ExitCode, shell.Error));
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
    }

    [ProgramTheory]
    [InlineData("nosuch.vhdx", "mnt", 2)]
    [InlineData("disk.vhdx", "nosuch", 32)]
    [InlineData("disk.vhdx", "disk.vhdx/x", 32)]
    [InlineData("--pidfile /nosuch/pid disk.vhdx", "mnt", 32)]
    [InlineData("--threads 0 disk.vhdx", "mnt", 1)]
    [InlineData("-o allow_other,max_pages=0 disk.vhdx", "mnt", 1)]
    public async Task What_fails_in_the_background_is_told_in_one_line_with_its_exit_code(
        string image, string point, int exit)
    {
        await using var box = new Sandbox();
        Finished command = await box.Run([.. image.Split(' '), point]);
        Assert.Equal(exit, command.ExitCode);
        Assert.StartsWith("vhdxfuse: ", command.OnlyLine, StringComparison.Ordinal);
        Assert.Empty(command.Output);
        Assert.False(box.IsMounted);
    }

    [ProgramFact]
    public async Task The_image_may_be_a_descriptor_of_the_caller()
    {
        await using var box = new Sandbox();
        Finished shell = await box.Shell("$VHDXFUSE /dev/fd/11 $MNT 11<$IMAGE && cmp $IMAGE $IMAGE");
        Assert.Equal((0, ""), (shell.ExitCode, shell.Error));
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
    }

    [ProgramFact]
    public async Task A_mount_made_by_the_caller_is_served_by_its_descriptor()
    {
        await using var box = new Sandbox();
        Finished shell = await box.Shell(
            "exec 12<>/dev/fuse; mount -i -t fuse.vhdxfuse -o fd=12,rootmode=40000,user_id=0,group_id=0 x $MNT "
            + "&& $VHDXFUSE --pidfile pid $IMAGE /dev/fd/12");
        Assert.Equal((0, ""), (shell.ExitCode, shell.Error));
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
        await box.Succeed("umount", box.Point);
        await Eventually.True(() => !File.Exists(box.PathOf("pid")), "the pidfile's end");
    }

    [ProgramTheory]
    [InlineData("")]
    [InlineData("-f")]
    public async Task The_ready_descriptor_gets_a_newline_when_the_mount_is_usable_and_is_closed(string foreground)
    {
        await using var box = new Sandbox();

        // dd ends with the newline or with the pipe; what it saw is usable at once.
        Finished shell = await box.Shell(
            $"{{ $VHDXFUSE {foreground} --ready-fd 9 $IMAGE $MNT 9>&1 >/dev/null & }} | {{ wc -l; ls $MNT/disk.raw; }}"
            + "; umount $MNT; wait");
        Assert.Equal("1", shell.Output.Split('\n')[0].Trim());
        Assert.Contains("/disk.raw", shell.Output, StringComparison.Ordinal);
    }

    [ProgramFact]
    public async Task The_pidfile_holds_the_servers_number_and_goes_with_it()
    {
        await using var box = new Sandbox();
        await File.WriteAllTextAsync(box.PathOf("pid"), "2147483646\n");
        await using Child server = await box.Serve("--pidfile", box.PathOf("pid"));
        Assert.Equal($"{server.Id}\n", await File.ReadAllTextAsync(box.PathOf("pid")));
        await box.Succeed("umount", box.Point);
        Assert.Equal(0, (await server.End()).ExitCode);
        Assert.False(File.Exists(box.PathOf("pid")));
    }

    [ProgramFact]
    public async Task A_server_that_nobody_waits_for_any_more_gives_up()
    {
        await using var box = new Sandbox();

        // As the command does it, with a pipe whose reader is gone.
        Finished shell = await box.Shell(
            "exec 20> >(:); wait $!; VHDXFUSE_READY_PIPE=20 $VHDXFUSE $IMAGE $MNT; echo $?");
        Assert.Equal("32\n", shell.Output);
        Assert.False(box.IsMounted);
    }

    /// <summary>No file of the program may get such a number: a line of the log would be written into it.</summary>
    [ProgramTheory]
    [InlineData("", "<&- >&- 2>&-")]
    [InlineData("", "2>&-")]
    [InlineData("--rw", "<&- >&- 2>&-")]
    [InlineData("--rw", ">&- 2>&-")]
    public async Task Closed_standard_descriptors_do_no_harm(string options, string closed)
    {
        await using var box = new Sandbox();
        Finished mount = await box.Shell($"$VHDXFUSE --pidfile pid {options} $IMAGE $MNT {closed}");
        Assert.Equal(0, mount.ExitCode);
        string process = (await File.ReadAllTextAsync(box.PathOf("pid"))).TrimEnd('\n');
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
        await using (File.OpenRead(box.Disk))
        {
            await box.Signal(process, "TERM"); // is in use: it says so, to nobody
            Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
        }

        await box.Signal(process, "TERM");
        await Eventually.True(() => !Directory.Exists($"/proc/{process}"), "the end of the process");
        Finished check = await box.Run("check", box.Image);
        Assert.Equal((0, ""), (check.ExitCode, check.Error));
    }

    [ProgramFact(Need.None)]
    public async Task Output_that_nobody_takes_is_an_error_in_one_line()
    {
        await using var box = new Sandbox();
        Finished info = await box.Shell("$VHDXFUSE info $IMAGE >&-");
        Assert.Equal(2, info.ExitCode);
        Assert.StartsWith("vhdxfuse: the output can't be written: ", info.OnlyLine, StringComparison.Ordinal);
    }

    [ProgramFact]
    public async Task The_file_for_the_process_id_is_written_over_nothing_else()
    {
        await using var box = new Sandbox();
        byte[] before = await File.ReadAllBytesAsync(box.Image);
        Finished refused = await box.Run("--pidfile", box.Image, box.Image, box.Point);
        Assert.Equal(32, refused.ExitCode);
        Assert.StartsWith("vhdxfuse: --pidfile: ", refused.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(box.Image));
        await File.WriteAllTextAsync(box.PathOf("pid"), "123\n"); // of a process that was killed
        await box.Mount("--pidfile", box.PathOf("pid"));
        Assert.NotEqual("123\n", await File.ReadAllTextAsync(box.PathOf("pid")), StringComparer.Ordinal);
    }
}
