using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using Xunit;

namespace VhdxFuse.Mount.Tests.Evidence;

/// <summary><c>--best-effort</c>: the rest of a damaged image.</summary>
public sealed class BestEffortTests
{
    private const int MiB = 1 << 20;

    [ProgramFact]
    public async Task What_is_readable_is_shown_and_what_is_not_is_listed()
    {
        await using var box = new Sandbox();
        ImageBuilder child = new ImageBuilder()
            .NameParent(new Guid("bbbbbbbb-0000-4000-8000-0000000000b0"), @".\gone.vhdx")
            .AddBlock(0, 0x20).SetState(1, PayloadBlockState.FullyPresent, 1L << 40)
            .SetState(2, PayloadBlockState.Zero);
        string image = box.PathOf("child.avhdx");
        child.Build().SaveTo(image);
        Assert.Equal(4, (await box.Run(image, box.Point)).ExitCode);

        Finished mount = await box.Run("--best-effort", "--hash=sha256", image, box.Point);
        Assert.Equal(0, mount.ExitCode);
        Assert.Contains("no parent found", mount.Error, StringComparison.Ordinal);
        using (var disk = File.OpenHandle(box.Disk))
        {
            byte[] block = new byte[MiB];
            Assert.Equal(MiB, RandomAccess.Read(disk, block, 0));
            Assert.Equal(0x20, Assert.Single(block.Distinct()));
            Assert.Equal(MiB, RandomAccess.Read(disk, block, 2 * MiB));
            Assert.Equal(0, Assert.Single(block.Distinct()));
            Assert.Throws<IOException>(() => RandomAccess.Read(disk, block, MiB));
            Assert.Throws<IOException>(() => RandomAccess.Read(disk, block, 3 * MiB));
        }

        using var document = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(box.Point, ".vhdxfuse", "report.json")));
        Assert.Equal(
            ["1048576+1048576", "3145728+5242880"],
            document.RootElement.GetProperty("unreadable").EnumerateArray().Select(range =>
                $"{range.GetProperty("start")}+{range.GetProperty("length")}"),
            StringComparer.Ordinal);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("diskHashes").ValueKind);
        JsonElement layer = document.RootElement.GetProperty("layers")[0];
        Assert.Equal("parentMissing", layer.GetProperty("anomalies")[0].GetProperty("kind").GetString());
        Assert.Equal(64, layer.GetProperty("fileHashes").GetProperty("sha256").GetString()!.Length);
    }

    [ProgramFact(Need.None)]
    public async Task It_is_for_reading()
    {
        await using var box = new Sandbox();
        Finished refused = await box.Run("--best-effort", "--rw", box.Image, box.Point);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--best-effort is for reading", refused.OnlyLine, StringComparison.Ordinal);
    }
}
