using System;
using System.IO;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>What the log command says of one entry, and the copy without log that it makes.</summary>
public sealed class LogContentTests
{
    private const string LastEntry = "80117443871106391";

    [ProgramFact(Need.None)]
    public async Task An_entry_is_named_by_number_or_place_and_shows_the_bytes_it_changes()
    {
        await using var box = new Sandbox();
        string image = MakeDirty(box);
        Finished text = await box.Run("log", "--entry", LastEntry, "--hex", image);
        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains(
            "page             0x300000       0x1000  BAT, entries 0 to 511", text.Output, StringComparison.Ordinal);
        Assert.Contains(
            "0x300000  - 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n" +
            "                    + 06 00 40 00 00 00 00 00 00 00 00 00 00 00 00 00\n",
            text.Output,
            StringComparison.Ordinal);
        Finished json = await box.Run("log", "--entry", "0x7000", "--json", image);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal(LastEntry, document.RootElement.GetProperty("entry").GetProperty("sequenceNumber").ToString());
        JsonElement update = document.RootElement.GetProperty("updates")[0];
        Assert.Equal(
            (0x300000, "page"), (update.GetProperty("offset").GetInt32(), update.GetProperty("kind").GetString()));
        Finished unknown = await box.Run("log", "--entry", "7", image);
        Assert.Equal(
            (1, "vhdxfuse: the log has no entry 7 (log --all lists them)"), (unknown.ExitCode, unknown.OnlyLine));
    }

    [ProgramFact(Need.None)]
    public async Task A_replayed_copy_has_no_log_and_the_same_disk_and_the_image_stays()
    {
        await using var box = new Sandbox();
        string image = MakeDirty(box);
        string before = HashOf(image);
        string copy = box.PathOf("copy.vhdx");
        Finished replay = await box.Run("log", "--replay-to", copy, image);
        Assert.Equal(
            (0, $"{copy}: no log pending; 2 entries replayed: 2 pages, 0 zero ranges\n", ""),
            (replay.ExitCode, replay.Output, replay.Error));
        string disk = (await box.Run("hash", image)).Output[..64];
        Assert.Equal(disk, (await box.Run("hash", "--no-replay", copy)).Output[..64]);
        Assert.Equal(before, HashOf(image));
        Finished taken = await box.Run("log", "--replay-to", copy, image);
        Assert.Equal(1, taken.ExitCode);
        Finished itself = await box.Run("log", "--replay-to", image, "--force", image);
        Assert.Contains("is the image itself", itself.OnlyLine, StringComparison.Ordinal);
        Finished json = await box.Run("log", "--replay-to", copy, "--force", "--json", image);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal(2, document.RootElement.GetProperty("entriesReplayed").GetInt32());
    }

    private static string MakeDirty(Sandbox box)
    {
        string path = box.PathOf("dirty.vhdx");
        new GenuineLogFixture().Build().SaveTo(path);
        return path;
    }

    private static string HashOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
