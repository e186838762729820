using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

public sealed class MountedDiskTests
{
    [ProgramFact]
    public async Task Words_of_fstab_change_nothing_and_the_mount_stays_read_only()
    {
        await using var box = new Sandbox();
        await box.Mount(
            "-o", "rw,nofail,x-foo,_netdev,user=me,dev,suid,exec,relatime", "-o", "uid=1234,gid=56,umask=007");
        string[] line = box.MountLine!;
        Assert.Equal((box.Image, "fuse.vhdxfuse"), (line[0], line[2]));
        Assert.Equal("ro", line[3].Split(',')[0]);
        Finished stat = await Child.Run(box.Folder, "stat", "-c", "%u %g %a %h %s %b %o", box.Disk, box.Point);
        Assert.Equal("1234 56 440 1 8388608 4096 4096\n1234 56 550 5 0 0 4096\n", stat.Output);
    }

    [ProgramFact]
    public async Task Long_options_count_as_words_and_names_can_be_chosen()
    {
        await using var box = new Sandbox();
        string folder = box.PathOf("a,b");
        _ = Directory.CreateDirectory(folder);
        string child = box.CreateChild("child.avhdx");
        File.Move(box.Image, Path.Combine(folder, "disk.vhdx"));
        Finished command = await box.Run(
            "-o",
            @$"threads=1,no-replay,fsname=evidence 7,subtype=test,parent-path={box.Folder}/a\,b",
            child,
            box.Point);
        Assert.Equal((0, ""), (command.ExitCode, command.Error));
        Assert.Equal((@"evidence\0407", "fuse.test"), (box.MountLine![0], box.MountLine[2]));
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
    }

    [ProgramFact]
    public async Task A_chain_shows_each_layer_the_base_first()
    {
        await using var box = new Sandbox();
        string child = box.CreateChild("ch\til?d.avhdx");
        Finished command = await box.Run(child, box.Point);
        Assert.Equal((0, ""), (command.ExitCode, command.Error));
        string[] names = [.. Directory.EnumerateFiles(Path.Combine(box.Point, "layers")).Order(StringComparer.Ordinal)];
        Assert.Equal(
            ["0-disk.raw", "1-ch%0009il?d.raw"], names.Select(name => Path.GetFileName(name)), StringComparer.Ordinal);
        foreach (string name in names)
        {
            Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(name));
        }
    }

    [ProgramFact]
    public async Task Nobody_may_read_through_the_mount_what_he_may_not_read_in_the_image()
    {
        await using var box = new Sandbox();
        File.SetUnixFileMode(box.Image, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        File.SetUnixFileMode(box.Folder, (UnixFileMode)0b111_101_101);
        await box.Mount("-o", "allow_other");
        Finished stat = await Child.Run(box.Folder, "stat", "-c", "%a", box.Disk, box.Point);
        Assert.Equal("400\n500\n", stat.Output);
        Finished read = await Child.Run(box.Folder, "setpriv", "--reuid", "1000", "--clear-groups", "cat", box.Disk);
        Assert.Contains("Permission denied", read.Error, StringComparison.Ordinal);
    }

    [ProgramTheory]
    [InlineData("echo x > $MNT/disk.raw")]
    [InlineData("dd if=/dev/zero of=$MNT/disk.raw bs=512 count=1 conv=notrunc")]
    [InlineData("truncate -s 1 $MNT/disk.raw")]
    [InlineData("touch $MNT/disk.raw")]
    [InlineData("rm -f $MNT/disk.raw")]
    [InlineData("mkdir $MNT/new")]
    [InlineData("fallocate -p -o 0 -l 4096 $MNT/disk.raw")]
    public async Task Every_attempt_to_write_meets_a_read_only_file_system(string script)
    {
        await using var box = new Sandbox();
        await box.Mount();
        Finished attempt = await box.Shell(script);
        Assert.NotEqual(0, attempt.ExitCode);
        Assert.Contains("Read-only file system", attempt.Error, StringComparison.Ordinal);
    }

    [ProgramFact]
    public async Task Reading_everything_changes_neither_a_byte_nor_a_timestamp_of_the_image()
    {
        await using var box = new Sandbox();
        var old = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastAccessTimeUtc(box.Image, old); // before mtime: relatime would change it
        byte[] before = await Stamp();
        await box.Mount();
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
        Finished times = await Child.Run(box.Folder, "stat", "-c", "%y", box.Image, box.Disk);
        string[] modified = times.Output.Split('\n');
        Assert.Equal(modified[0], modified[1]);
        await box.Succeed("umount", box.Point);
        Assert.Equal(before, await Stamp());

        async Task<byte[]> Stamp()
        {
            Finished stat = await Child.Run(box.Folder, "stat", "-c", "%x %y %z %s", box.Image);
            Assert.StartsWith("2001-02-03 04:05:06", stat.Output, StringComparison.Ordinal);
            return System.Text.Encoding.UTF8.GetBytes(stat.Output);
        }
    }

    [ProgramFact]
    public async Task A_regular_file_as_mount_point_becomes_the_disk()
    {
        await using var box = new Sandbox();
        Directory.Delete(box.Point);
        await File.WriteAllTextAsync(box.Point, "covered");
        await box.Mount();
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Point));
        await box.Succeed("umount", box.Point);
        Assert.Equal("covered", await File.ReadAllTextAsync(box.Point));
    }

    [ProgramFact(Need.Fuse | Need.Root, "cp")]
    public async Task Holes_are_seen_so_a_copy_takes_the_space_of_the_data()
    {
        await using var box = new Sandbox();
        await box.Mount();
        await box.Succeed("cp", "--sparse=auto", box.Disk, box.PathOf("copy"));
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.PathOf("copy")));
        Finished stat = await Child.Run(box.Folder, "stat", "-c", "%b", box.PathOf("copy"));
        Assert.True(long.Parse(stat.Output, CultureInfo.InvariantCulture) * 512 < 3 * Sandbox.MiB, stat.Output);
    }

    // The entry of the sixth block gets a state that doesn't exist: that block fails, with its reason, once.
    [ProgramFact]
    public async Task An_unreadable_block_costs_EIO_there_and_one_line_in_the_log()
    {
        const long entryOfBlock5 = (3 * Sandbox.MiB) + (5 * 8);
        await using var box = new Sandbox();
        await using (FileStream image = File.OpenWrite(box.Image))
        {
            image.Position = entryOfBlock5;
            image.WriteByte(5);
        }

        await using Child server = await box.Serve();
        Finished reads = await box.Shell(
            "head -c 1M $MNT/disk.raw | wc -c; for i in 1 2 3; do "
            + "dd if=$MNT/disk.raw bs=4096 skip=1280 count=1 iflag=direct of=/dev/null 2>&1 "
            + "| grep -o 'Input/output error'; done");
        Assert.Equal("1048576\n" + string.Concat(Enumerable.Repeat("Input/output error\n", 3)), reads.Output);
        await box.Succeed("umount", box.Point);
        Finished end = await server.End();
        Assert.Contains($"{box.Image}: at 0x300028: ", end.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(0, end.ExitCode);
    }

    [ProgramFact]
    public async Task The_kernel_reads_a_mebibyte_ahead()
    {
        await using var box = new Sandbox();
        await box.Mount();
        Finished read = await box.Shell("cat /sys/class/bdi/$(mountpoint -d $MNT)/read_ahead_kb");
        Assert.Equal(("1024\n", ""), (read.Output, read.Error));
    }

    /// <summary>Were the mapped image touched by the server, its missing half would kill it (SIGBUS).</summary>
    [ProgramFact]
    public async Task An_image_cut_short_while_mounted_costs_EIO_there_and_the_rest_is_served()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve();
        await box.Succeed("truncate", "-s", $"{5 * Sandbox.MiB}", box.Image);
        Finished reads = await box.Shell(
            "dd if=$MNT/disk.raw bs=512k skip=10 count=1 iflag=direct 2>&1 >/dev/null | grep -o 'Input/output error'; "
            + "dd if=$MNT/disk.raw bs=1M count=1 iflag=direct 2>/dev/null | wc -c");
        Assert.Equal($"Input/output error\n{Sandbox.MiB}\n", reads.Output);
        await box.Succeed("umount", box.Point);
        Finished end = await server.End();
        Assert.Contains($"{box.Image}: ", end.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(0, end.ExitCode);
    }

    [ProgramFact]
    public async Task Requests_are_logged_on_demand_as_text_or_json()
    {
        await using var box = new Sandbox();
        await using (Child server = await box.Serve("-d"))
        {
            _ = await File.ReadAllBytesAsync(box.Disk);
            await box.Succeed("umount", box.Point);
            Finished end = await server.End();
            Assert.Contains("vhdxfuse: READ file 2 at 0, ", end.Error, StringComparison.Ordinal);
        }

        await using (Child server = await box.Serve("-d", "--log-format", "json"))
        {
            _ = await File.ReadAllBytesAsync(box.Disk);
            await box.Succeed("umount", box.Point);
            Finished end = await server.End();
            Assert.All(
                end.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line => Assert.Equal("vhdxfuse", ParsedCategory(line)));
        }
    }

    private static string? ParsedCategory(string line) =>
        System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("Category").GetString();
}
