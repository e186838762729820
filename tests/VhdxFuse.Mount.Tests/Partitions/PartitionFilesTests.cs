using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Mount.Tests.Partitions;

/// <summary>The folder <c>partitions</c> of a mount.</summary>
public sealed class PartitionFilesTests
{
    private const int MiB = Sandbox.MiB;

    [ProgramFact(Need.Fuse | Need.Root, "cp", "cmp")]
    public async Task Each_partition_is_a_file_that_is_only_read()
    {
        await using var box = new Sandbox();
        byte[] disk = Divide(box);
        await box.Mount();
        Assert.Equal("p1.raw p5.raw", NamesIn(box));
        Assert.Equal(disk[MiB..(3 * MiB)], await File.ReadAllBytesAsync(PathOf(box, 1)));
        Assert.Equal(disk[(5 * MiB)..(6 * MiB)], await File.ReadAllBytesAsync(PathOf(box, 5)));
        Assert.Equal(File.GetUnixFileMode(box.Disk), File.GetUnixFileMode(PathOf(box, 1)));
        Assert.Throws<IOException>(() => File.OpenWrite(PathOf(box, 1)).Dispose());

        // Half of it is stored, and the other half a hole.
        using var file = File.OpenHandle(PathOf(box, 1));
        byte[] end = new byte[4096];
        Assert.Equal(512, RandomAccess.Read(file, end, (2 * MiB) - 512));
        Assert.Equal(0, RandomAccess.Read(file, end, 2 * MiB));
        string copy = box.PathOf("copy.raw");
        await box.Succeed("cp", "--sparse=auto", PathOf(box, 1), copy);
        await box.Succeed("cmp", copy, PathOf(box, 1));
    }

    [ProgramFact]
    public async Task On_a_writable_mount_they_show_what_was_written_at_once()
    {
        await using var box = new Sandbox();
        Divide(box);
        await box.Mount("--overlay", "mem");
        byte[] part = await File.ReadAllBytesAsync(PathOf(box, 1));
        part[4096]++;
        await using (FileStream disk = File.OpenWrite(box.Disk))
        {
            disk.Position = MiB + 4096;
            disk.WriteByte(part[4096]);
            disk.Flush(flushToDisk: true);
        }

        Assert.Equal(part, await File.ReadAllBytesAsync(PathOf(box, 1)));
        Assert.Throws<UnauthorizedAccessException>(() => File.OpenWrite(PathOf(box, 1)).Dispose());
    }

    [ProgramFact]
    public async Task The_documents_and_info_name_them()
    {
        await using var box = new Sandbox();
        Divide(box);
        await box.Mount();
        string onMount = await File.ReadAllTextAsync(Path.Combine(box.Point, ".vhdxfuse", "info.json"));
        Finished info = await box.Run("info", "--json", box.Image);
        foreach (string text in (IEnumerable<string>)[onMount, info.Output])
        {
            using var document = JsonDocument.Parse(text);
            JsonElement table = document.RootElement.GetProperty("partitionTable");
            Assert.Equal("mbr", table.GetProperty("scheme").GetString());
            Assert.Equal(
                ["1 1048576 2097152 NTFS or exFAT", "4 4194304 4194304 extended", "5 5242880 1048576 Linux"],
                table.GetProperty("partitions").EnumerateArray().Select(p =>
                    $"{p.GetProperty("number")} {p.GetProperty("start")} {p.GetProperty("size")} "
                    + p.GetProperty("typeName")),
                StringComparer.Ordinal);
        }

        Finished people = await box.Run("info", box.Image);
        Assert.Contains("partition table: mbr, id ", people.Output, StringComparison.Ordinal);
        Assert.Contains(
            "partition 5:     at 0x500000, 1 MiB (1048576 bytes), Linux\n", people.Output, StringComparison.Ordinal);
    }

    [ProgramFact]
    public async Task A_damaged_table_is_a_warning_and_the_mount_goes_on()
    {
        await using var box = new Sandbox();
        Divide(box, chainAt: 7000);
        Finished mount = await box.Run(box.Image, box.Point);
        Assert.Equal(0, mount.ExitCode);
        Assert.Contains("where no boot record is", mount.OnlyLine, StringComparison.Ordinal);
        Assert.Equal("p1.raw", NamesIn(box));
    }

    // 8 MiB: partition 1 from 1 MiB (2 MiB), and in an extended one from 4 MiB partition 5 from 5 MiB (1 MiB).
    private static byte[] Divide(Sandbox box, uint chainAt = 8192)
    {
        var draft = new DiskDraft(16_384);
        draft.Entry(0, 0, 7, 2048, 4096).Entry(0, 3, 5, chainAt, 8192);
        draft.Entry(8192, 0, 0x83, 2048, 2048);
        byte[] disk = [.. Sandbox.DiskBytes];
        draft[0].CopyTo(disk, 0);
        draft[8192].CopyTo(disk, 4 * MiB);
        Random random = new(7);
        random.NextBytes(disk.AsSpan(MiB, MiB));
        File.Delete(box.Image);
        Sandbox.Create(box.Image, new CreateOptions { DiskSizeBytes = disk.Length, BlockSizeBytes = MiB }, disk);
        return disk;
    }

    private static string NamesIn(Sandbox box) => string.Join(' ', Directory
        .EnumerateFiles(Path.Combine(box.Point, "partitions"))
        .Select(path => Path.GetFileName(path))
        .Order(StringComparer.Ordinal));

    private static string PathOf(Sandbox box, int number) => Path.Combine(box.Point, "partitions", $"p{number}.raw");
}
