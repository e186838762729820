using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using VhdxFuse.Partitions;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Partitions;

/// <summary>Our list of partitions beside those of sfdisk and The Sleuth Kit, on disks that sfdisk divided.</summary>
public sealed class PartitionToolsTests
{
    private const string Logical =
        """
        label: dos
        start=2048, size=8192, type=7, bootable
        start=12288, size=4096, type=83
        start=20480, size=80000, type=f
        start=22528, size=4096, type=83
        start=30720, size=2048, type=82
        start=40960, size=2048, type=83
        """;

    private const string Gpt =
        """
        label: gpt
        start=2048, size=8192, type=uefi, name="EFI"
        5: start=12288, size=4095, type=linux, name="häußlich"
        7: start=40960, size=2048, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7
        """;

    public static TheoryData<string, string> Disks => new()
    {
        { "dos with logical ones", Logical },
        { "dos, empty", "label: dos\n" },
        { "gpt with gaps", Gpt },
    };

    [RequiresTheory(Need.None, "sfdisk", "sh")]
    [MemberData(nameof(Disks))]
    public void The_list_is_that_of_sfdisk(string name, string script)
    {
        using var disk = new DividedDisk(script);
        using var listed = JsonDocument.Parse(ToolRun.Expect("sfdisk", "--json", disk.Path).Output);
        JsonElement theirs = listed.RootElement.GetProperty("partitiontable");
        PartitionTable ours = disk.Read();
        Assert.Empty(ours.Notes);
        Assert.Equal(
            theirs.GetProperty("id").GetString()!.Replace("0x", "", StringComparison.Ordinal),
            ours.Id,
            ignoreCase: true);
        string[] lines = [.. theirs.TryGetProperty("partitions", out JsonElement partitions)
            ? partitions.EnumerateArray().Select(p => LineOf(disk.Path, p))
            : []];
        Assert.True(lines.Length > 2 || script.Length < 20, name);
        Assert.Equal(string.Join('\n', lines), string.Join('\n', ours.Partitions.Select(LineOf)));
    }

    /// <summary>Where its copy is all that is left.</summary>
    [RequiresFact(Need.None, "sfdisk", "sh")]
    public void The_copy_of_a_GPT_gives_the_same_list()
    {
        using var disk = new DividedDisk(Gpt);
        string before = string.Join('\n', disk.Read().Partitions.Select(LineOf));
        using (FileStream file = File.OpenWrite(disk.Path))
        {
            file.Position = 512;
            file.Write(new byte[33 * 512]);
        }

        PartitionTable after = disk.Read();
        Assert.Equal(before, string.Join('\n', after.Partitions.Select(LineOf)));
        Assert.Equal(2, after.Notes.Count);
    }

    [RequiresTheory(Need.None, "sfdisk", "mmls", "sh")]
    [MemberData(nameof(Disks))]
    public void Each_stretch_is_one_of_The_Sleuth_Kit(string name, string script)
    {
        using var disk = new DividedDisk(script);
        PartitionTable ours = disk.Read();
        IEnumerable<(long, long)> theirs = ToolRun.Of("mmls", TimeSpan.FromMinutes(1), "-a", disk.Path).Output
            .Split('\n')
            .Where(line => line.Length > 4 && line[3] == ':')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => (Number(words[2]), Number(words[4])));
        Assert.True(name.Length > 0);
        Assert.Equal(
            theirs.Order(),
            ours.Partitions.Where(p => !p.IsContainer).Select(p => (p.Start / 512, p.LengthBytes / 512)).Order());
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string LineOf(string disk, JsonElement partition)
    {
        string type = partition.GetProperty("type").GetString()!.ToUpperInvariant();
        string name = partition.TryGetProperty("name", out JsonElement text) ? text.GetString()! : "";
        string uuid = partition.TryGetProperty("uuid", out JsonElement id) ? id.GetString()!.ToUpperInvariant() : "";
        bool active = partition.TryGetProperty("bootable", out _);
        return $"{partition.GetProperty("node").GetString()![disk.Length..]} {partition.GetProperty("start")} "
            + $"{partition.GetProperty("size")} {type} {active} {name} {uuid}";
    }

    private static string LineOf(Partition partition)
    {
        bool isMbr = partition.Type.StartsWith("0x", StringComparison.Ordinal);
        string type = isMbr ? partition.Type[2..].TrimStart('0') : partition.Type;
        string id = isMbr ? "" : partition.Id.ToUpperInvariant();
        return $"{partition.Number} {partition.Start / 512} {partition.LengthBytes / 512} {type.ToUpperInvariant()} "
            + $"{partition.IsActive} {partition.Name} {id}";
    }
}
