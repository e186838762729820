using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>What info, hash, map and log say, as text and as JSON, of an image whose log makes its second block
/// present.</summary>
public sealed class SubcommandTests
{
    private const int MiB = 1 << 20;
    private const int PageBytes = 4096;
    private const long LogStart = MiB;
    private static readonly Guid LogGuid = new("eeeeeeee-0000-4000-8000-00000000000e");
    private static readonly Guid Earlier = new("eeeeeeee-0000-4000-8000-00000000000f");

    [ProgramFact(Need.None)]
    public async Task Hash_is_that_of_the_disk_with_and_without_its_log()
    {
        await using var box = new Sandbox();
        string image = MakeDirty(box);
        Finished replayed = await box.Run("hash", image);
        Assert.Equal(
            (0, $"{Sha256Of(0xA0, 0xA1)}  disk.raw\n", ""), (replayed.ExitCode, replayed.Output, replayed.Error));
        Finished ignored = await box.Run("hash", "--no-replay", "--json", image);
        using var document = JsonDocument.Parse(ignored.Output);
        Assert.Equal(
            Sha256Of(0xA0, 0),
            document.RootElement.GetProperty("disk").GetProperty("hashes").GetProperty("sha256").GetString());
        string raw = box.PathOf("disk.raw");
        await File.WriteAllBytesAsync(raw, Sandbox.DiskBytes);
        string md5 = ToolRun.Expect("md5sum", raw).Output.Split(' ')[0];
        string sha1 = ToolRun.Expect("sha1sum", raw).Output.Split(' ')[0];
        Finished both = await box.Run("hash", "--algorithm", "md5", "--algorithm", "sha1", box.Image);
        Assert.Equal($"MD5 (disk.raw) = {md5}\nSHA1 (disk.raw) = {sha1}\n", both.Output);
    }

    [ProgramFact(Need.None)]
    public async Task Map_names_each_run_with_its_place_in_the_file()
    {
        await using var box = new Sandbox();
        string image = MakeDirty(box);
        Finished json = await box.Run("map", "--json", image);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal(
            [(0, 2 * MiB, true, 4 * MiB), (2 * MiB, 6 * MiB, false, -1)],
            document.RootElement.EnumerateArray().Select(run => (
                run.GetProperty("start").GetInt32(),
                run.GetProperty("length").GetInt32(),
                run.GetProperty("data").GetBoolean(),
                run.TryGetProperty("offset", out JsonElement offset) ? offset.GetInt32() : -1)));
        Finished text = await box.Run("map", image);
        Assert.Contains($"0x200000 data               0x400000  {image}", text.Output, StringComparison.Ordinal);
    }

    [ProgramFact(Need.None)]
    public async Task Log_says_which_entries_are_active_torn_or_stale()
    {
        await using var box = new Sandbox();
        string image = MakeDirty(box);
        Finished text = await box.Run("log", image);
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("1 stale entries of earlier sessions are not listed", text.Output, StringComparison.Ordinal);
        Finished json = await box.Run("log", "--json", image);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal(
            [(0, 10UL, "active"), (2 * PageBytes, 11UL, "torn"), (16 * PageBytes, 9UL, "stale")],
            document.RootElement.GetProperty("entries").EnumerateArray().Select(entry => (
                entry.GetProperty("logOffset").GetInt32(),
                entry.GetProperty("sequenceNumber").GetUInt64(),
                entry.GetProperty("state").GetString()!)));
    }

    [ProgramFact(Need.None)]
    public async Task Info_tells_the_disk_its_layers_and_the_log()
    {
        await using var box = new Sandbox();
        string image = MakeDirty(box);
        Finished text = await box.Run("info", image);
        Assert.Contains(
            "stored:          2 MiB (2097152 bytes), 25 % of the disk", text.Output, StringComparison.Ordinal);
        Assert.Contains("pending, replayed in memory: 1 entries, 1 pages", text.Output, StringComparison.Ordinal);
        string child = box.CreateChild("child.avhdx");
        Finished chain = await box.Run("info", child);
        Assert.Matches(
            @"chain: +child\.avhdx \(differencing, [^)]+\)\n +└─ disk\.vhdx \(dynamic, [^)]+\)\n", chain.Output);
        Finished json = await box.Run("info", "--json", child);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal(
            ["dynamic", "differencing"],
            document.RootElement.GetProperty("layers").EnumerateArray()
                .Select(layer => layer.GetProperty("type").GetString()),
            StringComparer.Ordinal);
    }

    [ProgramFact]
    public async Task The_documents_of_a_mount_say_what_was_replayed()
    {
        await using var box = new Sandbox();
        string image = MakeDirty(box);
        Finished mount = await box.Run(image, box.Point);
        Assert.True(mount.ExitCode == 0, mount.Error);
        foreach (string name in (string[])["info.json", "report.json"])
        {
            string text = await File.ReadAllTextAsync(Path.Combine(box.Point, ".vhdxfuse", name));
            using var document = JsonDocument.Parse(text);
            Assert.Contains($"\"{image}\"", text, StringComparison.Ordinal);
            Assert.Contains("\"entriesReplayed\": 1", text, StringComparison.Ordinal);
        }
    }

    [ProgramFact]
    public async Task A_corrupt_log_is_refused_with_the_cure_which_shows_the_disk_without_it()
    {
        await using var box = new Sandbox();
        string image = MakeDirty(box);
        await using (FileStream file = File.OpenWrite(image))
        {
            file.Position = LogStart + PageBytes + 100; // inside the page of the only good entry
            file.WriteByte(0x55);
        }

        Finished refused = await box.Run(image, box.Point);
        Assert.Equal(3, refused.ExitCode);
        Assert.StartsWith($"vhdxfuse: {image}: ", refused.OnlyLine, StringComparison.Ordinal);
        Assert.EndsWith(
            "(use --no-replay to see the disk without its log)", refused.OnlyLine, StringComparison.Ordinal);
        Finished mount = await box.Run("--no-replay", image, box.Point);
        Assert.True(mount.ExitCode == 0, mount.Error);
        Assert.Equal(Sha256Of(0xA0, 0), Hex(SHA256.HashData(await File.ReadAllBytesAsync(box.Disk))));
    }

    /// <summary>Block 0 is A0; the log's only whole entry makes block 1 A1. Behind it a torn one and a stale
    /// one.</summary>
    private static string MakeDirty(Sandbox box)
    {
        ImageBuilder image = new ImageBuilder { LogGuid = LogGuid }.AddBlock(0, 0xA0).AddBlock(1, 0xA1);
        using MemoryImageFile file = image.Build();
        byte[] page = new byte[PageBytes];
        _ = file.Read(new FileOffset((long)image.BatOffset), page);
        file.Write(new FileOffset((long)image.BatOffset + 8), new byte[8]);
        uint next = new LogEntryBytes { SequenceNumber = 10, LogGuid = LogGuid }
            .Data((long)image.BatOffset, page).PutInto(file, LogStart, MiB, 0);
        _ = new LogEntryBytes { SequenceNumber = 11, LogGuid = LogGuid, Damage = bytes => bytes[5000] ^= 1 }
            .Data((long)image.BatOffset, 0).PutInto(file, LogStart, MiB, next);
        _ = new LogEntryBytes { SequenceNumber = 9, LogGuid = Earlier, Tail = 16 * PageBytes }
            .PutInto(file, LogStart, MiB, 16 * PageBytes);
        string path = box.PathOf("dirty.vhdx");
        file.SaveTo(path);
        return path;
    }

    private static string Sha256Of(byte first, byte second)
    {
        byte[] disk = new byte[8 * MiB];
        disk.AsSpan(0, MiB).Fill(first);
        disk.AsSpan(MiB, MiB).Fill(second);
        return Hex(SHA256.HashData(disk));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
