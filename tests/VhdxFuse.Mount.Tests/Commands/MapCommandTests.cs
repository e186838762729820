using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using System.Xml.Linq;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>map beside qemu-img, and its picture as a file.</summary>
public sealed class MapCommandTests
{
    /// <summary>qemu-img itself says of a VHDX image only that all of it is data. Of the sparse raw copy that it makes,
    /// it tells the same ranges as we of the image; and each offset of ours leads to the bytes of the disk.</summary>
    [ProgramFact(Need.None, "qemu-img")]
    public async Task Rows_have_the_fields_of_qemu_and_the_ranges_of_its_raw_copy()
    {
        await using var box = new Sandbox();
        string image = box.PathOf("qemu.vhdx");
        string raw = box.PathOf("disk.raw");
        await File.WriteAllBytesAsync(raw, Sandbox.DiskBytes);
        await box.Succeed("qemu-img", "convert", "-O", "vhdx", "-o", "block_size=1M", raw, image);
        File.Delete(raw);
        await box.Succeed("qemu-img", "convert", "-O", "raw", image, raw);
        Finished map = await box.Run("map", "--json", image);
        using var rows = JsonDocument.Parse(map.Output);
        using var theirs = JsonDocument.Parse(
            ToolRun.Expect("qemu-img", "map", "-f", "raw", "--output=json", raw).Output);
        Assert.Equal(Merged(theirs), Merged(rows));
        string[] known =
            ["start", "length", "depth", "present", "zero", "data", "compressed", "offset", "filename"];
        foreach (JsonElement row in rows.RootElement.EnumerateArray())
        {
            Assert.Subset(
                row.EnumerateObject().Select(field => field.Name).ToHashSet(StringComparer.Ordinal),
                theirs.RootElement[0].EnumerateObject().Select(field => field.Name)
                    .Except(["offset"], StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal));
            Assert.All(row.EnumerateObject(), field => Assert.Contains(field.Name, known, StringComparer.Ordinal));
        }

        byte[] file = await File.ReadAllBytesAsync(image);
        foreach (JsonElement row in rows.RootElement.EnumerateArray().Where(IsData))
        {
            int start = row.GetProperty("start").GetInt32();
            int length = row.GetProperty("length").GetInt32();
            Assert.True(file.AsSpan(row.GetProperty("offset").GetInt32(), length)
                .SequenceEqual(Sandbox.DiskBytes.AsSpan(start, length)));
        }
    }

    [ProgramFact(Need.None)]
    public async Task The_picture_goes_to_a_new_file_or_to_stdout()
    {
        await using var box = new Sandbox();
        string picture = box.PathOf("map.svg");
        Finished first = await box.Run("map", "--svg", picture, box.Image);
        Assert.Equal((0, "", ""), (first.ExitCode, first.Output, first.Error));
        string drawn = await File.ReadAllTextAsync(picture);
        Assert.Equal("svg", XElement.Parse(drawn).Name.LocalName);
        Finished again = await box.Run("map", "--svg", picture, box.Image);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("--force", again.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(0, (await box.Run("map", "--force", "--svg", picture, box.Image)).ExitCode);
        Assert.Equal(drawn, (await box.Run("map", "--svg", "-", box.Image)).Output);
        Assert.Equal(1, (await box.Run("map", "--json", "--svg", "-", box.Image)).ExitCode);
        Assert.Equal(["disk.vhdx", "map.svg", "mnt"], NamesIn(box.Folder), StringComparer.Ordinal);
    }

    private static bool IsData(JsonElement row) => row.GetProperty("data").GetBoolean();

    private static IEnumerable<string> NamesIn(string folder) => Directory.EnumerateFileSystemEntries(folder)
        .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>Start, length, zero and data of rows, neighbours of one kind as one.</summary>
    private static List<(long Start, long Length, bool Zero, bool Data)> Merged(JsonDocument rows)
    {
        var merged = new List<(long Start, long Length, bool Zero, bool Data)>();
        foreach (JsonElement row in rows.RootElement.EnumerateArray())
        {
            var next = (
                Start: row.GetProperty("start").GetInt64(),
                Length: row.GetProperty("length").GetInt64(),
                Zero: row.GetProperty("zero").GetBoolean(),
                Data: IsData(row));
            if (merged.Count > 0 && merged[^1].Zero == next.Zero && merged[^1].Data == next.Data)
            {
                Assert.Equal(next.Start, merged[^1].Start + merged[^1].Length);
                merged[^1] = merged[^1] with { Length = merged[^1].Length + next.Length };
            }
            else
            {
                merged.Add(next);
            }
        }

        return merged;
    }
}
