using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Mount.Tests.Evidence;

/// <summary>What comes next after a mount: other people's tools on disk.raw.</summary>
public sealed class ToolsOnTheDiskTests
{
    private const int MiB = 1 << 20;
    private const string Secret = "what the examiner looks for\n";

    [ProgramFact(Need.Fuse | Need.Root, "mke2fs", "mmls", "fsstat", "fls", "icat")]
    public async Task The_sleuth_kit_reads_partitions_file_system_and_files()
    {
        await using var box = new Sandbox();
        string image = await MakeExt4(box);
        Finished mount = await box.Run(image, box.Point);
        Assert.True(mount.ExitCode == 0, mount.Error);
        Assert.Contains("Linux (0x83)", ToolRun.Expect("mmls", box.Disk).Output, StringComparison.Ordinal);
        Assert.Contains("Ext4", ToolRun.Expect("fsstat", "-o", "2048", box.Disk).Output, StringComparison.Ordinal);
        string listing = ToolRun.Expect("fls", "-r", "-p", "-o", "2048", box.Disk).Output;
        string line = listing.Split('\n').Single(row => row.EndsWith("notes/secret.txt", StringComparison.Ordinal));
        string inode = line.Split(' ', ':')[1];
        Assert.Equal(Secret, ToolRun.Expect("icat", "-o", "2048", box.Disk, inode).Output);
    }

    [ProgramFact(Need.Fuse | Need.Root, "mke2fs", "losetup", "mount")]
    public async Task A_read_only_loop_device_over_the_disk_mounts_its_ext4()
    {
        await using var box = new Sandbox();
        string image = await MakeExt4(box);
        Finished mount = await box.Run(image, box.Point);
        Assert.True(mount.ExitCode == 0, mount.Error);
        string inner = Directory.CreateDirectory(box.PathOf("inner")).FullName;
        string device = ToolRun.Expect("losetup", "-r", "-o", $"{MiB}", "--show", "-f", box.Disk).Output.Trim();
        try
        {
            await box.Succeed("mount", "-o", "ro,noload", device, inner);
            Assert.Equal(Secret, await File.ReadAllTextAsync(Path.Combine(inner, "notes", "secret.txt")));
        }
        finally
        {
            _ = ToolRun.Of("umount", Eventually.Deadline, inner);
            _ = ToolRun.Of("losetup", Eventually.Deadline, "-d", device);
        }
    }

    [ProgramFact(Need.Fuse | Need.Root, "qemu-img")]
    public async Task Images_of_qemu_show_the_bytes_that_qemu_shows()
    {
        await using var box = new Sandbox();
        await File.WriteAllBytesAsync(box.PathOf("disk.raw"), Sandbox.DiskBytes);
        string[] kinds =
            ["subformat=dynamic,block_size=1M", "subformat=fixed,block_state_zero=off", "subformat=fixed"];
        string raw = box.PathOf("disk.raw");
        foreach (string options in kinds)
        {
            string image = box.PathOf("qemu.vhdx");
            _ = ToolRun.Expect("qemu-img", "convert", "-f", "raw", "-O", "vhdx", "-o", options, raw, image);
            Finished mount = await box.Run(image, box.Point);
            Assert.True(mount.ExitCode == 0, mount.Error);
            Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
            await box.Succeed("umount", box.Point);
            File.Delete(image);
        }

        _ = ToolRun.Expect("qemu-img", "check", box.Image);
        _ = ToolRun.Expect("qemu-img", "compare", "-f", "raw", "-F", "vhdx", box.PathOf("disk.raw"), box.Image);
    }

    /// <summary>libvhdi knows neither the log nor states 1 to 3 of a child, so: clean images without parent.</summary>
    [ProgramFact(Need.Fuse | Need.Root, "vhdimount", "qemu-img")]
    public async Task Libvhdi_shows_the_same_disk_in_images_of_ours_and_of_qemu()
    {
        await using var box = new Sandbox();
        await File.WriteAllBytesAsync(box.PathOf("disk.raw"), Sandbox.DiskBytes);
        string other = box.PathOf("qemu.vhdx");
        _ = ToolRun.Expect("qemu-img", "convert", "-f", "raw", "-O", "vhdx", box.PathOf("disk.raw"), other);
        string theirs = Directory.CreateDirectory(box.PathOf("theirs")).FullName;
        foreach (string image in (string[])[box.Image, other])
        {
            Finished mount = await box.Run(image, box.Point);
            Assert.True(mount.ExitCode == 0, mount.Error);
            _ = ToolRun.Expect("vhdimount", image, theirs);
            try
            {
                await box.Succeed("cmp", box.Disk, Path.Combine(theirs, "vhdi1"));
            }
            finally
            {
                await box.Succeed("umount", "-l", theirs);
            }

            await box.Succeed("umount", box.Point);
        }
    }

    [ProgramFact(Need.Fuse | Need.Root, "cp", "du")]
    public async Task A_sparse_copy_and_du_see_only_what_is_stored()
    {
        await using var box = new Sandbox();
        await box.Mount();
        Assert.Equal($"{2 * MiB / 1024}", ToolRun.Expect("du", "-k", box.Disk).Output.Split('\t')[0]);
        _ = ToolRun.Expect("cp", "--sparse=auto", box.Disk, box.PathOf("copy.raw"));
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.PathOf("copy.raw")));
        Assert.Equal($"{2 * MiB / 1024}", ToolRun.Expect("du", "-k", box.PathOf("copy.raw")).Output.Split('\t')[0]);
    }

    [ProgramFact]
    public async Task A_disk_of_64_tib_stays_small_in_memory_after_ten_thousand_reads()
    {
        await using var box = new Sandbox();
        string image = box.PathOf("large.vhdx");
        Sandbox.Create(image, new CreateOptions { DiskSizeBytes = 64L << 40, BlockSizeBytes = MiB }, Sandbox.DiskBytes);
        await using Child server = Child.Start(box.Folder, ProgramUnderTest.Path, "-f", image, box.Point);
        await Eventually.True(() => box.IsMounted || server.HasExited, "the mount");
        using (var disk = File.OpenHandle(box.Disk))
        {
            var random = new Random(64);
            byte[] bytes = new byte[4096];
            for (int i = 0; i < 10_000; i++)
            {
                Assert.Equal(4096, RandomAccess.Read(disk, bytes, random.NextInt64((64L << 40) / 4096) * 4096));
                Assert.False(bytes.AsSpan().ContainsAnyExcept((byte)0));
            }
        }

        string status = await File.ReadAllTextAsync($"/proc/{server.Id}/status");
        string peak = status.Split('\n').Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        string kiB = peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.InRange(int.Parse(kiB, CultureInfo.InvariantCulture), 1, 65536);
        await box.Succeed("umount", box.Point);
        Assert.Equal(0, (await server.End()).ExitCode);
    }

    /// <summary>A disk of 32 MiB with an MBR and one ext4 partition at sector 2048.</summary>
    private static async Task<string> MakeExt4(Sandbox box)
    {
        string files = Directory.CreateDirectory(box.PathOf("files/notes")).FullName;
        await File.WriteAllTextAsync(Path.Combine(files, "secret.txt"), Secret);
        string raw = box.PathOf("ext4.raw");
        await using (FileStream disk = File.Create(raw))
        {
            disk.SetLength(32 * MiB);
        }

        _ = ToolRun.Expect(
            "mke2fs", "-q", "-t", "ext4", "-d", box.PathOf("files"), "-E", $"offset={MiB}", raw, $"{30 * 1024}k");
        byte[] bytes = await File.ReadAllBytesAsync(raw);
        bytes[446 + 4] = 0x83;
        BitConverter.GetBytes(2048).CopyTo(bytes, 446 + 8);
        BitConverter.GetBytes(30 * MiB / 512).CopyTo(bytes, 446 + 12);
        (bytes[510], bytes[511]) = (0x55, 0xAA);
        string image = box.PathOf("ext4.vhdx");
        Sandbox.Create(image, new CreateOptions { DiskSizeBytes = bytes.Length, BlockSizeBytes = MiB }, bytes);
        return image;
    }
}
