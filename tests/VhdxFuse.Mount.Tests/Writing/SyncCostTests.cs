using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using VhdxFuse.Disk;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>
/// What a sync of the mount costs the file below, counted by strace: on tmpfs, which like a journaling file system
/// shows no old blocks after a crash, so that new blocks need no flush of their own.
/// </summary>
[Collection(AloneOnTheDisk.Name)]
public sealed partial class SyncCostTests(ITestOutputHelper output)
{
    private const int Writes = 500;
    private const int PageBytes = 4096;

    [ProgramFact(Need.Fuse | Need.Root, "strace", "fio", "mount", "qemu-img")]
    public async Task A_write_into_a_new_block_and_its_sync_cost_little_more_than_one_sync_and_twelve_KiB()
    {
        await using var box = new Sandbox();
        box.Refill((Writes + 12L) * Sandbox.MiB);
        (double syncs, double bytes) = await Count(box, [], Fio("--rw=write:1020k", "--fsync=1"));
        Assert.InRange(syncs, 1, 1.1);
        Assert.InRange(bytes, 3 * PageBytes, 13 * 1024);
    }

    [ProgramFact(Need.Fuse | Need.Root, "strace", "fio", "mount", "qemu-img")]
    public async Task An_overwrite_and_its_sync_cost_one_sync()
    {
        await using var box = new Sandbox();
        (double syncs, double bytes) = await Count(
            box,
            [],
            Fio("--rw=randwrite", "--offset=5m", "--size=1m", "--io_size=2000k", "--norandommap", "--fsync=1"));
        Assert.InRange(syncs, 1, 1.05);
        Assert.InRange(bytes, PageBytes, PageBytes + 256);
    }

    [ProgramFact(Need.Fuse | Need.Root, "strace", "fio", "mount", "qemu-img")]
    public async Task A_write_into_a_new_block_of_a_child_and_its_sync_cost_two_syncs()
    {
        await using var box = new Sandbox();
        box.Refill((Writes + 12L) * Sandbox.MiB);
        (double syncs, _) = await Count(
            box, ["--overlay", "tmpfs/child.vhdx"], Fio("--rw=write:1020k", "--fsync=1"));
        Assert.InRange(syncs, 1, 2.1);
    }

    [ProgramFact(Need.Fuse | Need.Root, "strace", "fio", "mount", "qemu-img")]
    public async Task Synchronous_writes_that_wait_together_share_syncs()
    {
        await using var box = new Sandbox();
        (double syncs, _) = await Count(
            box,
            [],
            Fio(
                "--rw=randwrite", "--offset=5m", "--size=1m", "--io_size=2000k", "--norandommap",
                "--ioengine=libaio", "--iodepth=8", "--direct=1", "--sync=dsync"));
        Assert.InRange(syncs, 0, 0.95);
    }

    [ProgramFact(Need.Fuse | Need.Root, "strace", "fio", "mount", "qemu-img")]
    public async Task Synchronous_writes_of_several_threads_share_syncs()
    {
        const int threads = 8;
        await using var box = new Sandbox();
        (double syncs, _) = await Count(
            box,
            [],
            Fio(
                "--rw=randwrite", "--offset=5m", "--size=1m", "--io_size=2000k", "--norandommap",
                "--ioengine=psync", "--thread", $"--numjobs={threads}", $"--number_ios={Writes / threads}",
                "--direct=1", "--sync=dsync"));

        // Else the kernel lets one write at a time come here.
        bool together = DirectWrites.AreParallelOn(Environment.OSVersion.Version);
        Assert.InRange(syncs, 0, together ? 0.95 : 1.05);
    }

    private static string[] Fio(params string[] options) =>
    [
        "fio", "--name=count", "--bs=4k", $"--number_ios={Writes}", "--fallocate=none", "--allow_file_create=0",
        "--randseed=3", .. options,
    ];

    // Syncs and bytes written below, for each write above: everything from the mount to its end counted in.
    private async Task<(double Syncs, double Bytes)> Count(Sandbox box, string[] options, string[] fio)
    {
        string below = Directory.CreateDirectory(box.PathOf("tmpfs")).FullName;
        await box.Succeed("mount", "-t", "tmpfs", "-o", "size=64m", "none", below);
        try
        {
            File.Move(box.Image, Path.Combine(below, "disk.vhdx"));
            File.CreateSymbolicLink(box.Image, Path.Combine(below, "disk.vhdx"));
            string trace = box.PathOf("trace");
            string[] command =
            [
                "strace", "-f", "-y", "-o", trace, "-e", "trace=fdatasync,fsync,pwrite64",
                "-e", "inject=fdatasync:delay_enter=1000", // a disk's millisecond, which tmpfs doesn't take
                ProgramUnderTest.Path, "-f",
                .. options.Length == 0 ? ["--rw"] : options, box.Image, box.Point,
            ];
            await using Child server = Child.Start(box.Folder, command);
            await Eventually.True(() => box.IsMounted || server.HasExited, "the mount");
            _ = Directory.Exists(box.Disk);
            string[] size = fio.Any(word => word.StartsWith("--size", StringComparison.Ordinal))
                ? [] : [$"--size={Writes}m"];
            _ = ToolRun.Expect(fio[0], [.. fio.Skip(1), $"--filename={box.Disk}", .. size]);
            await box.End(server);
            _ = ToolRun.Expect("qemu-img", "check", box.Image);
            return Counted(File.ReadLines(trace));
        }
        finally
        {
            _ = await Child.Run(box.Folder, "umount", "-l", box.Point);
            await box.Succeed("umount", "-l", below);
        }
    }

    private (double Syncs, double Bytes) Counted(IEnumerable<string> trace)
    {
        int syncs = 0;
        long bytes = 0;
        foreach (string line in trace)
        {
            syncs += line.Contains("sync(", StringComparison.Ordinal) ? 1 : 0;
            Match written = Written().Match(line);
            bytes += written.Success ? long.Parse(written.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        }

        output.WriteLine($"{syncs} syncs and {bytes} bytes for {Writes} writes");
        return ((double)syncs / Writes, (double)bytes / Writes);
    }

    // A call that another thread interrupts stands in two lines; the second has its result.
    [GeneratedRegex(@"pwrite64.*= (\d+)$")]
    private static partial Regex Written();
}
