using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>The check command: what it says, what it ends with, and that it leaves the image as it was.</summary>
public sealed class CheckCommandTests
{
    private const int MiB = 1 << 20;

    [ProgramFact(Need.None)]
    public async Task A_sound_image_ends_with_0_and_nothing_found()
    {
        await using var box = new Sandbox();
        Finished text = await box.Run("check", box.Image);
        Assert.Equal(
            (0, $"{box.Image}\n  nothing found\n\n0 errors, 0 warnings, 0 notes\n", ""),
            (text.ExitCode, text.Output, text.Error));
        Finished json = await box.Run("check", "--json", box.CreateChild("child.avhdx"));
        using var document = JsonDocument.Parse(json.Output);
        Assert.True(document.RootElement.GetProperty("clean").GetBoolean());
        Assert.Equal(2, document.RootElement.GetProperty("images").GetArrayLength());
    }

    [ProgramFact(Need.None)]
    public async Task A_damaged_image_is_told_of_by_severity_rule_and_place_and_stays_as_it_is()
    {
        await using var box = new Sandbox();
        string image = MakeDamaged(box);
        string hash = HashOf(image);
        FileInfo before = new(image);
        (DateTime write, DateTime access) times = (before.LastWriteTimeUtc, before.LastAccessTimeUtc);
        Finished text = await box.Run("check", image);
        Assert.Equal((3, ""), (text.ExitCode, text.Error));
        Assert.Contains("    R-BAT-7        0x300010  payload block 2 has", text.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 error, 1 warning, 0 notes\n", text.Output, StringComparison.Ordinal);
        Finished json = await box.Run("check", "--json", image);
        Assert.Equal(3, json.ExitCode);
        using var document = JsonDocument.Parse(json.Output);
        JsonElement found = document.RootElement.GetProperty("images")[0].GetProperty("findings");
        Assert.Equal(
            "error R-BAT-7 0x300010, warning R-RD-3 0x300018",
            string.Join(", ", found.EnumerateArray().Select(finding =>
                $"{finding.GetProperty("severity")} {finding.GetProperty("rule")} " +
                $"0x{finding.GetProperty("offset").GetInt64():x}")));
        FileInfo after = new(image);
        Assert.Equal(times, (after.LastWriteTimeUtc, after.LastAccessTimeUtc));
        Assert.Equal(hash, HashOf(image));
    }

    [ProgramFact(Need.None)]
    public async Task A_repair_writes_a_sound_image_elsewhere_and_names_what_is_lost()
    {
        await using var box = new Sandbox();
        string image = MakeDamaged(box);
        string hash = HashOf(image);
        string made = box.PathOf("new.vhdx");
        Finished repair = await box.Run("check", image, "--repair-to", made, "--json");
        Assert.Equal((3, ""), (repair.ExitCode, repair.Error));
        using var document = JsonDocument.Parse(repair.Output);
        JsonElement lost = document.RootElement.GetProperty("repair").GetProperty("unreadable")[0];
        Assert.Equal(
            (2 * MiB, MiB), (lost.GetProperty("start").GetInt32(), lost.GetProperty("length").GetInt32()));
        Assert.Equal(0, (await box.Run("check", made)).ExitCode);
        byte[] expected = new byte[8 * MiB];
        expected.AsSpan(0, MiB).Fill(0xA0);
        string raw = box.PathOf("expected.raw");
        await File.WriteAllBytesAsync(raw, expected);
        Assert.StartsWith(HashOf(raw), (await box.Run("hash", made)).Output, StringComparison.Ordinal);
        Assert.Equal(hash, HashOf(image));
        Assert.DoesNotContain(
            Directory.GetFiles(box.Folder), name => name.Contains(".vhdxfuse-", StringComparison.Ordinal));
    }

    [ProgramFact(Need.None)]
    public async Task A_repair_of_a_readable_disk_ends_with_0_and_never_replaces_the_image()
    {
        await using var box = new Sandbox();
        string hash = HashOf(box.Image);
        string made = box.PathOf("new.vhdx");
        Finished repair = await box.Run("check", "--repair-to", made, box.Image);
        Assert.Equal(0, repair.ExitCode);
        Assert.EndsWith(
            $"repaired: {made} is sound and holds all of the disk\n", repair.Output, StringComparison.Ordinal);
        Finished taken = await box.Run("check", "--repair-to", made, box.Image);
        Assert.Equal((1, $"vhdxfuse: {made}: exists already (--force replaces it)"), (taken.ExitCode, taken.OnlyLine));
        Assert.Equal(0, (await box.Run("check", "--force", "--repair-to", made, box.Image)).ExitCode);
        string link = box.PathOf("other-name.vhdx");
        await box.Succeed("ln", box.Image, link);
        string child = box.CreateChild("child.avhdx");
        foreach ((string name, string image) in ((string, string)[])
            [(box.Image, box.Image), (link, box.Image), (box.Image, child)])
        {
            Finished itself = await box.Run("check", "--force", "--repair-to", name, image);
            Assert.Equal(1, itself.ExitCode);
            Assert.Contains("is the image itself", itself.OnlyLine, StringComparison.Ordinal);
        }

        Assert.Equal(hash, HashOf(box.Image));
        Assert.DoesNotContain(
            Directory.GetFiles(box.Folder), name => name.Contains(".vhdxfuse-", StringComparison.Ordinal));
    }

    [ProgramFact(Need.None)]
    public async Task No_VHDX_ends_with_2_a_missing_parent_with_4_and_what_is_past_repair_with_3()
    {
        await using var box = new Sandbox();
        string other = box.PathOf("text.vhdx");
        await File.WriteAllBytesAsync(other, new byte[3 * MiB]);
        Assert.Equal(2, (await box.Run("check", other)).ExitCode);
        string child = box.CreateChild("child.avhdx");
        File.Move(box.Image, box.PathOf("elsewhere.vhdx"));
        Finished missing = await box.Run("check", child);
        Assert.Equal(4, missing.ExitCode);
        Assert.Contains("R-PAR-4", missing.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await box.Run("check", "--no-chain", child)).ExitCode);
        string past = box.PathOf("past.vhdx");
        PlantedFaults.Build("no region table").SaveTo(past);
        string made = box.PathOf("new.vhdx");
        Finished refused = await box.Run("check", "--repair-to", made, past);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("R-REG-2", refused.Output, StringComparison.Ordinal);
        Assert.Contains("it can't be repaired", refused.OnlyLine, StringComparison.Ordinal);
        Assert.False(File.Exists(made));
    }

    // Block 0 is A0; block 2 can't be used; block 3 is zeros, but has a place.
    private static string MakeDamaged(Sandbox box)
    {
        ImageBuilder builder = new ImageBuilder().AddBlock(0, 0xA0)
            .SetState(2, (PayloadBlockState)5).SetState(3, PayloadBlockState.Zero, 4 * MiB);
        string path = box.PathOf("damaged.vhdx");
        builder.Build().SaveTo(path);
        return path;
    }

    private static string HashOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
