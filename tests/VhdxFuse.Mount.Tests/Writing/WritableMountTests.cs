using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>The disk of an image written through a real mount, and then judged by QEMU.</summary>
[Collection(AloneOnTheDisk.Name)]
public sealed class WritableMountTests
{
    private const int MiB = Sandbox.MiB;

    [ProgramFact(Need.Fuse | Need.Root, "qemu-img")]
    public async Task Writes_of_any_place_and_length_are_in_the_image_afterwards()
    {
        await using var box = new Sandbox();
        byte[] model = [.. Sandbox.DiskBytes];
        var random = new Random(4711);
        await using (Child server = await box.Serve("--rw"))
        {
            Assert.Equal("rw", box.MountLine![3].Split(',')[0]);
            for (int i = 0; i < 200; i++)
            {
                int offset = random.Next(model.Length);
                byte[] bytes = new byte[int.Min(model.Length - offset, random.Next(1, i % 10 == 0 ? 3 * MiB : 9000))];
                random.NextBytes(bytes);
                WritableBox.Write(box.Disk, offset, bytes);
                bytes.CopyTo(model, offset);
            }

            await WritableBox.Holds(box.Disk, model);

            // The newest layer shows the same bytes under a second name, and nothing stale.
            await WritableBox.Holds(Path.Combine(box.Point, "layers", "0-disk.raw"), model);
            await box.End(server);
        }

        await box.JudgedByQemu(box.Image, model);
        await box.Mount();
        await WritableBox.Holds(box.Disk, model);
    }

    // A session begins with new identities: a generator that comes with OpenSSL would be 8 ms and 5 MB of it.
    [ProgramFact(Need.Fuse | Need.Root)]
    public async Task The_first_write_loads_no_library()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve("--rw");
        string maps = $"/proc/{server.Id}/maps";
        string[] before = Libraries(await File.ReadAllLinesAsync(maps));
        WritableBox.Write(box.Disk, 0, new byte[4096]);
        Assert.Equal(before, Libraries(await File.ReadAllLinesAsync(maps)));
        await box.End(server);
    }

    [ProgramTheory(Need.Fuse | Need.Root, "truncate", "fallocate")]
    [InlineData("truncate -s 1 $MNT/disk.raw", "Operation not permitted")]
    [InlineData("truncate -s 1T $MNT/disk.raw", "Operation not permitted")]
    [InlineData("echo x > $MNT/disk.raw", "Operation not permitted")]
    [InlineData("chmod 777 $MNT/disk.raw", "Operation not permitted")]
    [InlineData("rm -f $MNT/disk.raw", "Operation not permitted")]
    [InlineData("touch $MNT/new", "Operation not permitted")]
    [InlineData("echo x >> $MNT/layers/0-disk.raw", "Operation not permitted")]
    [InlineData("echo x > $MNT/.vhdxfuse/info.json", "Operation not permitted")]
    [InlineData("fallocate -c -o 0 -l 4096 $MNT/disk.raw", "not supported")]
    [InlineData("fallocate -l 9M $MNT/disk.raw", "No space left on device")]
    [InlineData("dd if=/dev/zero of=$MNT/disk.raw bs=1M seek=8 count=1 conv=notrunc", "No space left on device")]
    public async Task What_a_disk_can_t_do_is_refused_in_clear_words(string script, string words)
    {
        await using var box = new Sandbox();
        await box.Mount("--rw");
        Finished attempt = await box.Shell(script);
        Assert.NotEqual(0, attempt.ExitCode);
        Assert.Contains(words, attempt.Error, StringComparison.Ordinal);
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
    }

    [ProgramFact(Need.Fuse | Need.Root, "touch", "truncate", "fallocate")]
    public async Task Times_the_same_size_and_space_ahead_are_accepted()
    {
        await using var box = new Sandbox();
        await box.Mount("--rw");
        Finished done = await box.Shell(
            "touch -d @1234567890.5 $MNT/disk.raw && stat -c %.9Y $MNT/disk.raw && truncate -s 8M $MNT/disk.raw "
            + "&& fallocate -l 8M $MNT/disk.raw && stat -c '%s %a' $MNT/disk.raw $MNT/layers/0-disk.raw");
        Assert.Equal(("1234567890.500000000\n8388608 644\n8388608 444\n", ""), (done.Output, done.Error));
    }

    [ProgramFact(Need.Fuse | Need.Root, "fallocate", "qemu-img")]
    public async Task Holes_and_zeros_give_their_space_back()
    {
        await using var box = new Sandbox();
        byte[] model = new byte[64 * MiB];
        box.Refill(model.Length);
        await using (Child server = await box.Serve("--rw"))
        {
            new Random(1).NextBytes(model.AsSpan(0, 32 * MiB));
            WritableBox.Write(box.Disk, 0, model.AsSpan(0, 32 * MiB));
            await box.Succeed("sync", box.Disk);
            long full = await Blocks(box.Image);
            Assert.InRange(await Blocks(box.Disk), 32 * MiB, 33 * MiB);

            await box.Succeed("fallocate", "-p", "-o", "1M", "-l", "20M", box.Disk);
            await box.Succeed("fallocate", "-z", "-o", "30M", "-l", "1000", box.Disk);
            model.AsSpan(MiB, 20 * MiB).Clear();
            model.AsSpan(30 * MiB, 1000).Clear();
            Assert.InRange(await Blocks(box.Disk), 12 * MiB, 13 * MiB);
            await box.Succeed("sync", box.Disk);
            await Eventually.True(
                () => Blocks(box.Image).GetAwaiter().GetResult() < full - (15 * MiB), "the space coming back");
            await WritableBox.Holds(box.Disk, model);
            await box.End(server);
        }

        await box.JudgedByQemu(box.Image, model);
    }

    // Overwrites of an allocated block: each fsync of the mount is one fdatasync of the image, and a synchronous
    // write is made durable though no fsync may follow it. What the session itself costs comes once.
    [ProgramTheory(Need.Fuse | Need.Root, "strace", "dd")]
    [InlineData("conv=notrunc,fsync")]
    [InlineData("conv=notrunc,fdatasync")]
    [InlineData("conv=notrunc oflag=dsync")]
    [InlineData("conv=notrunc oflag=direct,dsync")]
    [InlineData("conv=notrunc oflag=direct,sync")]
    public async Task Each_sync_is_one_sync_of_the_image(string how)
    {
        const int writes = 24;
        const int session = 12; // start and end, and checkpoints meanwhile
        await using var box = new Sandbox();
        string trace = box.PathOf("trace");
        string[] command =
        [
            "strace", "-f", "-o", trace, "-e", "trace=fdatasync,fsync", ProgramUnderTest.Path, "-f", "--rw",
            box.Image, box.Point,
        ];
        await using Child server = Child.Start(box.Folder, command);
        await Eventually.True(() => box.IsMounted || server.HasExited, "the mount");
        Finished writer = await box.Shell(
            $"for i in $(seq {writes}); do dd if=/dev/urandom of=$MNT/disk.raw bs=4096 seek=$i count=1 {how} "
            + "status=none || exit 1; done");
        Assert.Equal((0, ""), (writer.ExitCode, writer.Error));
        await box.End(server);
        int syncs = File.ReadLines(trace).Count(line => line.Contains("sync(", StringComparison.Ordinal));
        Assert.InRange(syncs, writes, writes + session);
    }

    [ProgramFact(Need.Fuse | Need.Root, "mount", "qemu-img", "dd")]
    public async Task A_full_file_system_below_is_told_to_the_writer_and_the_mount_goes_on()
    {
        await using var box = new Sandbox();
        string small = Directory.CreateDirectory(box.PathOf("small")).FullName;
        await box.Succeed("mount", "-t", "tmpfs", "-o", "size=24m", "none", small);
        try
        {
            box.Refill(64 * MiB);
            File.Move(box.Image, Path.Combine(small, "disk.vhdx"));
            File.CreateSymbolicLink(box.Image, Path.Combine(small, "disk.vhdx"));
            await using Child server = await box.Serve("--rw");
            Finished fill = await box.Shell(
                "dd if=/dev/urandom of=$MNT/disk.raw bs=64k conv=notrunc oflag=direct status=none");
            Assert.Contains("No space left on device", fill.Error, StringComparison.Ordinal);

            // What is there can be read and overwritten; space given back can be used again.
            await box.Succeed("sh", "-c", $"cat {box.Disk} > /dev/null");
            await box.Succeed("dd", "if=/dev/urandom", $"of={box.Disk}", "bs=1M", "count=4", "conv=notrunc,fsync");
            await box.Succeed("fallocate", "-p", "-o", "0", "-l", "8M", box.Disk);
            await box.Succeed("sync", box.Disk);
            await box.Succeed(
                "dd", "if=/dev/urandom", $"of={box.Disk}", "bs=1M", "seek=40", "count=2", "conv=notrunc,fsync");
            byte[] content = await File.ReadAllBytesAsync(box.Disk);
            await box.Succeed("umount", box.Point);
            Finished end = await server.End();
            Assert.Equal(0, end.ExitCode);
            Assert.Contains("No space left on device", end.OnlyLine, StringComparison.Ordinal);
            await box.JudgedByQemu(box.Image, content);
        }
        finally
        {
            _ = await Child.Run(box.Folder, "umount", "-l", box.Point);
            await box.Succeed("umount", "-l", small);
        }
    }

    [ProgramTheory]
    [InlineData("--rw", "--overlay", "mem")]
    [InlineData("--rw", "-o", "ro")]
    [InlineData("--overlay", "mem", "-o", "ro")]
    [InlineData("--reset-log")]
    [InlineData("--rw", "--no-replay")]
    [InlineData("--rw", "--force-share")]
    [InlineData("--overlay", "mem:x")]
    [InlineData("-o", "vhdxfuse.rw,overlay=mem")]
    public async Task Options_that_contradict_each_other_are_a_usage_error(params string[] options)
    {
        await using var box = new Sandbox();
        Finished refused = await box.Run([.. options, box.Image, box.Point]);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("vhdxfuse: ", refused.OnlyLine, StringComparison.Ordinal);
        Assert.False(box.IsMounted);
    }

    [ProgramTheory]
    [InlineData("vhdxfuse.rw", "rw")]
    [InlineData("rw,vhdxfuse.rw", "rw")]
    [InlineData("rw", "ro")]
    [InlineData("vhdxfuse.rw,ro", "ro")] // mount -o ro over a line of fstab
    [InlineData("ro,vhdxfuse.rw", "ro")]
    [InlineData("overlay=mem", "rw")]
    public async Task Words_of_fstab_decide_whether_it_is_writable(string words, string shown)
    {
        await using var box = new Sandbox();
        await box.Mount("-o", words);
        Assert.Equal(shown, box.MountLine![3].Split(',')[0]);
    }

    [ProgramFact(Need.Fuse | Need.Root, "qemu-io")]
    public async Task While_it_is_mounted_writable_nobody_else_opens_the_image()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve("--rw");
        Finished qemu = await Child.Run(box.Folder, "qemu-io", "-r", "-f", "vhdx", "-c", "read 0 512", box.Image);
        Assert.Contains("lock", qemu.Error, StringComparison.Ordinal);
        string other = Directory.CreateDirectory(box.PathOf("other")).FullName;
        Finished ours = await box.Run("--rw", box.Image, other);
        Assert.Equal(2, ours.ExitCode);
        Assert.Contains("is in use by another process", ours.OnlyLine, StringComparison.Ordinal);
        await box.End(server);
    }

    [ProgramFact]
    public async Task The_documents_say_that_it_may_be_written()
    {
        await using var box = new Sandbox();
        await box.Mount("--rw");
        string report = await File.ReadAllTextAsync(Path.Combine(box.Point, ".vhdxfuse", "report.json"));
        Assert.Contains("\"access\": \"readWrite\"", report, StringComparison.Ordinal);
        Assert.Contains("\"overlay\": null", report, StringComparison.Ordinal);
        Assert.Contains("\"lock\": \"held\"", report, StringComparison.Ordinal);
    }

    // Nobody syncs: the checkpoint does, within seconds, and brings the table home.
    [ProgramFact(Need.Fuse | Need.Root, "qemu-img", "kill")]
    public async Task What_nobody_synced_is_durable_soon_after_the_last_write()
    {
        await using var box = new Sandbox();
        byte[] model = new byte[8 * MiB];
        box.Refill(model.Length);
        new Random(2).NextBytes(model.AsSpan(0, 3 * MiB));
        await using (Child server = await box.Serve("--rw"))
        {
            WritableBox.Write(box.Disk, 0, model.AsSpan(0, 3 * MiB));
            string dirty = box.PathOf("dirty.vhdx");
            string raw = box.PathOf("expected.raw");
            await File.WriteAllBytesAsync(raw, model);
            await Eventually.True(
                () =>
                {
                    File.Copy(box.Image, dirty, overwrite: true);
                    _ = ToolRun.Of("qemu-img", Eventually.Deadline, "check", "-r", "all", dirty);
                    string[] compare = ["compare", "-f", "raw", "-F", "vhdx", raw, dirty];
                    return ToolRun.Of("qemu-img", Eventually.Deadline, compare).ExitCode == 0;
                },
                "the checkpoint");
            await box.Signal(server, "KILL");
            _ = await server.End();
            await box.Succeed("umount", "-l", box.Point);
        }

        _ = await box.Run("--rw", box.Image, box.Point);
        await WritableBox.Holds(box.Disk, model);
    }

    private static async Task<long> Blocks(string file)
    {
        Finished stat = await Child.Run("/", "stat", "-c", "%b", file);
        return long.Parse(stat.Output, CultureInfo.InvariantCulture) * 512;
    }

    private static string[] Libraries(string[] maps) =>
    [
        .. maps.Where(line => line.Contains(".so", StringComparison.Ordinal))
            .Select(line => Path.GetFileName(line))
            .Distinct(StringComparer.Ordinal),
    ];
}
