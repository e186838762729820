using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>What convert makes of a disk, and what it leaves when it can't.</summary>
public sealed class ConvertCommandTests
{
    private const int MiB = Sandbox.MiB;

    [ProgramFact(Need.None)]
    public async Task An_image_becomes_a_raw_file_and_that_an_image_of_each_type()
    {
        await using var box = new Sandbox();
        await box.Succeed(ProgramUnderTest.Path, "convert", box.Image, "disk.raw");
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.PathOf("disk.raw")));
        foreach (string type in (string[])["dynamic", "fixed"])
        {
            Finished made = await box.Run(
                "convert", "disk.raw", $"{type}.vhdx", "--to", type, "--block-size", "2M", "--logical-sector", "4096",
                "--json");
            Assert.Equal((0, ""), (made.ExitCode, made.Error));
            using var document = JsonDocument.Parse(made.Output);
            JsonElement root = document.RootElement;
            Assert.Equal(
                ("disk.raw", "raw", type, Sandbox.DiskBytes.Length, 2 * MiB),
                (root.GetProperty("input").GetString(), root.GetProperty("inputFormat").GetString(),
                root.GetProperty("type").GetString(), root.GetProperty("virtualSize").GetInt64(),
                root.GetProperty("bytesWritten").GetInt32()));
            Assert.Equal(type is "fixed" ? 4 : 2, root.GetProperty("blocks").GetInt32());
            Assert.Equal(new FileInfo(box.PathOf($"{type}.vhdx")).Length, root.GetProperty("fileSize").GetInt64());
            await HasDisk(box, $"{type}.vhdx", Sandbox.DiskBytes);
            string info = (await box.Run("info", "--json", $"{type}.vhdx")).Output;
            Assert.Contains("\"logicalSectorSize\": 4096", info, StringComparison.Ordinal);

            await box.Succeed(ProgramUnderTest.Path, "convert", $"{type}.vhdx", $"{type}-again.vhdx");
            info = (await box.Run("info", "--json", $"{type}-again.vhdx")).Output;
            Assert.Contains("\"blockSize\": 2097152", info, StringComparison.Ordinal);
            Assert.Contains("\"logicalSectorSize\": 4096", info, StringComparison.Ordinal);
            await HasDisk(box, $"{type}-again.vhdx", Sandbox.DiskBytes);
        }
    }

    [ProgramFact(Need.None)]
    public async Task Pipes_carry_a_raw_disk_in_and_out_and_what_is_no_sector_is_filled_up()
    {
        await using var box = new Sandbox();
        Finished run = await box.Shell(
            """
            "$VHDXFUSE" convert "$IMAGE" - 2>cut | head -c 6000001 | "$VHDXFUSE" convert - piped.vhdx --block-size 1M
            """);
        Assert.Equal(
            "vhdxfuse: standard input: 6000001 bytes are no whole number of sectors of 512; 127 zeros were added",
            run.OnlyLine);
        Assert.Equal(
            "vhdxfuse: standard output can't be written: Broken pipe\n",
            await File.ReadAllTextAsync(box.PathOf("cut")));
        byte[] expected = new byte[6000128];
        Sandbox.DiskBytes.AsSpan(0, 6000001).CopyTo(expected);
        await HasDisk(box, "piped.vhdx", expected);

        run = await box.Shell("cat \"$IMAGE\" 2>cut | \"$VHDXFUSE\" convert - image.vhdx");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("starts as a VHDX", run.OnlyLine, StringComparison.Ordinal);
        run = await box.Shell("head -c 2M /dev/urandom 2>cut | \"$VHDXFUSE\" convert - small.vhdx --size 1M");
        Assert.Contains("more than the 1048576 bytes", run.OnlyLine, StringComparison.Ordinal);
        run = await box.Run("convert", "-", "none.vhdx");
        Assert.Equal((1, "vhdxfuse: standard input is empty, and no disk"), (run.ExitCode, run.OnlyLine));
        HasOnly(box, "cut", "disk.vhdx", "mnt", "piped.vhdx");
    }

    [ProgramFact(Need.None)]
    public async Task A_chain_becomes_one_image()
    {
        await using var box = new Sandbox();
        string child = box.CreateChild("child.avhdx");
        string moved = Directory.CreateDirectory(box.PathOf("elsewhere")).FullName;
        File.Move(child, Path.Combine(moved, "child.avhdx"));
        child = Path.Combine(moved, "child.avhdx");
        Finished lost = await box.Run("convert", child, "flat.vhdx");
        Assert.Equal(4, lost.ExitCode);
        await box.Succeed(ProgramUnderTest.Path, "convert", "--parent-path", box.Folder, child, "flat.vhdx");
        await HasDisk(box, "flat.vhdx", Sandbox.DiskBytes);
        Assert.Contains("dynamic", (await box.Run("info", "flat.vhdx")).Output, StringComparison.Ordinal);

        Finished refused = await box.Run(
            "convert", "--force", "--parent-path", box.Folder, child, box.Image);
        Assert.Equal(
            (1, $"vhdxfuse: {box.Image}: is the input, or one of its parents; name another file"),
            (refused.ExitCode, refused.OnlyLine));
    }

    [ProgramFact(Need.None)]
    public async Task What_makes_no_sense_is_refused_and_nothing_is_left()
    {
        await using var box = new Sandbox();
        await File.WriteAllBytesAsync(box.PathOf("there.raw"), [1, 2, 3]);
        File.Copy(box.Image, box.PathOf("named.img"));
        foreach ((string[] arguments, string words) in ((string[], string)[])
            [(["disk.vhdx", "there.raw"], "there.raw: exists already (--force replaces it)"),
            (["disk.vhdx", "disk.vhdx", "--force"], "is the input"),
            (["disk.vhdx", "new.qcow2"], "say --to raw, dynamic or fixed"),
            (["disk.vhdx", "-", "--to", "fixed"], "not written from start to end"),
            (["disk.vhdx", "-", "--json"], "both go to standard output"),
            (["disk.vhdx", "new.raw", "--block-size", "1M"], "neither blocks nor sectors"),
            (["disk.vhdx", "new.vhdx", "--block-size", "3M"], "a power of two"),
            (["disk.vhdx", "new.vhdx", "--size", "1G"], "keeps its size"),
            (["disk.vhdx", "new.vhdx", "--logical-sector", "4096"], "keeps its size"),
            (["named.img", "new.vhdx"], "say --from raw or --from vhdx"),
            (["there.raw", "new.vhdx", "--size", "513"], "no whole number of sectors"),
            (["there.raw", "new.vhdx", "--size", "2"], "more than the 2 bytes"),
            (["mnt", "new.vhdx"], "is a folder"),
            (["there.raw", "mnt"], "is a folder"),
            (["gone.vhdx", "new.vhdx"], "No such file")])
        {
            Finished refused = await box.Run(["convert", .. arguments]);
            Assert.InRange(refused.ExitCode, 1, 2);
            Assert.Contains(words, refused.OnlyLine, StringComparison.Ordinal);
        }

        HasOnly(box, "disk.vhdx", "mnt", "named.img", "there.raw");
        await box.Succeed(ProgramUnderTest.Path, "convert", "disk.vhdx", "there.raw", "--force");
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.PathOf("there.raw")));
    }

    [ProgramFact(Need.Root, "unshare")]
    public async Task A_full_disk_is_one_line_and_leaves_nothing()
    {
        await using var box = new Sandbox();
        foreach (string output in (string[])["out.raw", "out.vhdx", "out.vhdx --to fixed"])
        {
            Finished run = await box.Shell(
                "unshare -m sh -c 'mount -t tmpfs -o size=1m small \"$MNT\" && cd \"$MNT\" && "
                + $"\"$VHDXFUSE\" convert \"$IMAGE\" {output}; echo $?; ls -A'");
            Assert.Equal("2\n", run.Output);
            Assert.Contains("No space left on device", run.OnlyLine, StringComparison.Ordinal);
        }
    }

    [ProgramFact(Need.None, "mkfifo")]
    public async Task A_signal_ends_a_conversion_that_waits_for_its_input_and_leaves_nothing()
    {
        await using var box = new Sandbox();
        Finished run = await box.Shell(
            """
            mkfifo pipe && exec 3<>pipe
            "$VHDXFUSE" convert - out.vhdx <pipe 3<&- & converting=$!
            head -c 3M /dev/urandom >&3
            kill -TERM $converting; wait $converting; echo $?
            """);
        Assert.Equal("130\n", run.Output);
        HasOnly(box, "disk.vhdx", "mnt", "pipe");
    }

    [ProgramFact(Need.Root, "losetup")]
    public async Task A_device_is_written_in_place_and_only_by_force()
    {
        await using var box = new Sandbox();
        string backing = box.PathOf("backing");
        byte[] old = Enumerable.Repeat((byte)0xEE, 10 * MiB).ToArray();
        await File.WriteAllBytesAsync(backing, old);
        string device = ToolRun.Expect("losetup", "--show", "-f", backing).Output.Trim();
        try
        {
            Finished refused = await box.Run("convert", box.Image, device);
            Assert.Contains("--force writes to it", refused.OnlyLine, StringComparison.Ordinal);
            Finished run = await box.Run("convert", "--force", "--to", "raw", box.Image, device);
            Assert.Equal(0, run.ExitCode);
            Assert.Contains("is written in place", run.OnlyLine, StringComparison.Ordinal);
        }
        finally
        {
            _ = ToolRun.Of("losetup", Eventually.Deadline, "-d", device);
        }

        Sandbox.DiskBytes.CopyTo(old, 0);
        Assert.Equal(old, await File.ReadAllBytesAsync(backing));
    }

    private static async Task HasDisk(Sandbox box, string image, byte[] expected)
    {
        Finished hash = await box.Run("hash", image);
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(expected))}  disk.raw\n", hash.Output);
    }

    private static void HasOnly(Sandbox box, params string[] names) => Assert.Equal(
        names.Order(StringComparer.Ordinal),
        Directory.EnumerateFileSystemEntries(box.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal),
        StringComparer.Ordinal);
}
