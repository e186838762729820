using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using Xunit;

namespace VhdxFuse.Mount.Tests.Evidence;

/// <summary>What a mount proves: the report, hashes, and the comparison at its end.</summary>
public sealed class ReportTests
{
    [ProgramFact]
    public async Task The_report_says_what_was_opened_by_whom_and_how_it_was_found()
    {
        await using var box = new Sandbox();
        string child = box.CreateChild("child.avhdx");
        string file = Path.Combine(Directory.CreateDirectory(box.PathOf("case")).FullName, "report.json");
        Finished mount = await box.Run("--report", file, "--hash=sha256", "--hash=md5", child, box.Point);
        Assert.Equal(0, mount.ExitCode);
        Assert.Equal($"vhdxfuse: {child}: hashing; the mount is usable after that", mount.OnlyLine);
        string onMount = await File.ReadAllTextAsync(Path.Combine(box.Point, ".vhdxfuse", "report.json"));
        Assert.Equal(onMount, (await File.ReadAllTextAsync(file)).TrimEnd());

        using var document = JsonDocument.Parse(onMount);
        JsonElement report = document.RootElement;
        Assert.Equal(child, report.GetProperty("image").GetString());
        Assert.Equal("--hash=md5", report.GetProperty("commandLine")[4].GetString());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("endedAt").ValueKind);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Sandbox.DiskBytes)),
            report.GetProperty("diskHashes").GetProperty("sha256").GetString());
        JsonElement[] layers = [.. report.GetProperty("layers").EnumerateArray()];
        Assert.Equal("relativePath", layers[0].GetProperty("foundBy").GetString());
        Assert.Equal(JsonValueKind.Null, layers[1].GetProperty("foundBy").ValueKind);
        foreach ((string path, JsonElement layer) in new[] { box.Image, child }.Zip(layers))
        {
            byte[] bytes = await File.ReadAllBytesAsync(path);
            Assert.Equal(path, layer.GetProperty("path").GetString());
            JsonElement hashes = layer.GetProperty("fileHashes");
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), hashes.GetProperty("sha256").GetString());
            Assert.Equal(32, hashes.GetProperty("md5").GetString()!.Length);
            Assert.Equal(bytes.Length, layer.GetProperty("file").GetProperty("size").GetInt64());
        }
    }

    [ProgramFact]
    public async Task At_the_end_everything_is_compared_and_the_report_completed()
    {
        await using var box = new Sandbox();
        string file = Path.Combine(Directory.CreateDirectory(box.PathOf("case")).FullName, "report.json");
        await using Child server = await box.Serve("--verify-on-exit", "--report", file);
        _ = await File.ReadAllBytesAsync(box.Disk);
        await box.Succeed("umount", box.Point);
        Finished end = await server.End();
        Assert.Equal(0, end.ExitCode);
        Assert.EndsWith($"{box.Image}: verified: nothing has changed\n", end.Error, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        JsonElement verification = document.RootElement.GetProperty("verification");
        Assert.True(verification.GetProperty("unchanged").GetBoolean());
        Assert.NotNull(document.RootElement.GetProperty("endedAt").GetString());
    }

    [ProgramTheory]
    [InlineData("printf x | dd of=$IMAGE bs=1 seek=4194400 conv=notrunc status=none", "sha256 was")]
    [InlineData("touch -d @0 $IMAGE", "modification time was")]
    [InlineData("touch -a $IMAGE", "access time was")]
    [InlineData("truncate -s +1 $IMAGE", "size was")]
    public async Task What_has_changed_is_named_and_the_exit_code_is_5(string deed, string what)
    {
        await using var box = new Sandbox();
        string file = Path.Combine(Directory.CreateDirectory(box.PathOf("case")).FullName, "report.json");
        await using Child server = await box.Serve("--verify-on-exit", "--report", file);
        Assert.Equal(0, (await box.Shell(deed)).ExitCode);
        await box.Succeed("umount", box.Point);
        Finished end = await server.End();
        Assert.Equal(5, end.ExitCode);
        Assert.Contains($"vhdxfuse: verification failed: {box.Image}: {what}", end.Error, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        JsonElement verification = document.RootElement.GetProperty("verification");
        Assert.False(verification.GetProperty("unchanged").GetBoolean());
        Assert.Contains(
            verification.GetProperty("changes").EnumerateArray(),
            line => line.GetString()!.Contains(what, StringComparison.Ordinal));
    }

    [ProgramFact]
    public async Task Under_an_overlay_the_image_is_verified()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve("--verify-on-exit", "--overlay", "mem");
        await using (FileStream disk = File.OpenWrite(box.Disk))
        {
            disk.WriteByte(1);
        }

        await box.Succeed("umount", box.Point);
        Assert.Equal(0, (await server.End()).ExitCode);
        Finished refused = await box.Run("--verify-on-exit", "--rw", box.Image, box.Point);
        Assert.Equal(1, refused.ExitCode);
    }

    [ProgramTheory]
    [InlineData("case/old.json", "exists")]
    [InlineData("new.json", "is the folder of disk.vhdx, where nothing is changed")]
    [InlineData("link/new.json", "is the folder of disk.vhdx, where nothing is changed")]
    [InlineData("disk.vhdx", "is the folder of disk.vhdx, where nothing is changed")]
    public async Task No_report_is_written_over_a_file_or_beside_evidence(string name, string why)
    {
        await using var box = new Sandbox();
        string old = Path.Combine(Directory.CreateDirectory(box.PathOf("case")).FullName, "old.json");
        await File.WriteAllTextAsync(old, "old");
        File.CreateSymbolicLink(box.PathOf("link"), box.Folder);
        Finished refused = await box.Run("--report", box.PathOf(name), box.Image, box.Point);
        Assert.Equal(1, refused.ExitCode);
        Assert.EndsWith($"{why}; name a new file in another folder", refused.OnlyLine, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(old));
        Assert.False(File.Exists(box.PathOf("new.json")));
    }

    [ProgramFact]
    public async Task Without_a_mount_no_report_stays()
    {
        await using var box = new Sandbox();
        string folder = Directory.CreateDirectory(box.PathOf("case")).FullName;
        Finished refused = await box.Run("--report", Path.Combine(folder, "new.json"), box.Image, box.PathOf("nosuch"));
        Assert.Equal(32, refused.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [ProgramFact]
    public async Task Faults_come_into_the_report_as_they_are_met()
    {
        await using var box = new Sandbox();
        string image = box.PathOf("bad.vhdx");
        ImageBuilder builder = new ImageBuilder().AddBlock(0, 0x10)
            .SetState(1, PayloadBlockState.FullyPresent, 1L << 40);
        builder.Build().SaveTo(image);
        await using Child server = Child.Start(box.Folder, ProgramUnderTest.Path, "-f", image, box.Point);
        await Eventually.True(() => box.IsMounted || server.HasExited, "the mount");
        string report = Path.Combine(box.Point, ".vhdxfuse", "report.json");
        Assert.Equal(0, await CountFaults(report));
        long before = new FileInfo(report).Length;
        _ = await Assert.ThrowsAsync<IOException>(() => File.ReadAllBytesAsync(box.Disk));
        Assert.Equal(1, await CountFaults(report));
        Assert.NotEqual(before, new FileInfo(report).Length);
        await box.Succeed("umount", box.Point);
    }

    private static async Task<int> CountFaults(string report)
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(report));
        return document.RootElement.GetProperty("faults").GetArrayLength();
    }
}
