using System;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>What compact does to an image of two blocks whose lower one holds only zeros.</summary>
public sealed class CompactCommandTests
{
    private const int MiB = 1 << 20;

    [ProgramFact(Need.None)]
    public async Task A_dry_run_says_what_the_run_does_and_changes_neither_byte_nor_time()
    {
        await using var box = new Sandbox();
        ZeroFirstBlock(box.Image);
        byte[] before = await File.ReadAllBytesAsync(box.Image);
        DateTime written = File.GetLastWriteTimeUtc(box.Image);
        DateTime read = File.GetLastAccessTimeUtc(box.Image);
        Finished foretold = await box.Run("compact", "--dry-run", "--json", box.Image);
        Assert.Equal((0, ""), (foretold.ExitCode, foretold.Error));
        Assert.Equal(written, File.GetLastWriteTimeUtc(box.Image));
        Assert.Equal(read, File.GetLastAccessTimeUtc(box.Image));
        Assert.Equal(before, await File.ReadAllBytesAsync(box.Image));

        Finished done = await box.Run("compact", "--json", box.Image);
        Assert.Equal((0, ""), (done.ExitCode, done.Error));
        Assert.Equal(foretold.Output.Replace(": true", ": false", StringComparison.Ordinal), done.Output);
        using var document = JsonDocument.Parse(done.Output);
        Assert.Equal(
            (before.Length, before.Length - MiB, 1, 1),
            (Number(document, "sizeBefore"), Number(document, "sizeAfter"), Number(document, "zeroBlocks"),
                Number(document, "movedBlocks")));
        Assert.Equal(before.Length - MiB, new FileInfo(box.Image).Length);
        AssertShowsDiskWithoutFirstBlock(box.Image);
    }

    [ProgramFact(Need.None)]
    public async Task The_text_names_what_was_given_up_and_both_sizes()
    {
        await using var box = new Sandbox();
        ZeroFirstBlock(box.Image);
        Finished done = await box.Run("compact", box.Image);
        Assert.Contains("zero blocks:     1 given up\n", done.Output, StringComparison.Ordinal);
        Assert.Contains("moved:           1 blocks, 1 MiB\n", done.Output, StringComparison.Ordinal);
        Assert.Contains("size now:        5 MiB (5242880 bytes)\n", done.Output, StringComparison.Ordinal);
    }

    [ProgramFact(Need.None)]
    public async Task What_cannot_be_compacted_costs_one_line_and_no_byte()
    {
        await using var box = new Sandbox();
        string image = box.PathOf("fixed.vhdx");
        Sandbox.Create(image, new() { DiskSizeBytes = 4 * MiB, Type = DiskType.Fixed, BlockSizeBytes = MiB });
        byte[] before = await File.ReadAllBytesAsync(image);
        Finished refused = await box.Run("compact", image);
        Assert.Equal(
            (2, $"vhdxfuse: {image}: a fixed image keeps all its blocks: there is nothing to compact"),
            (refused.ExitCode, refused.OnlyLine));
        Assert.Equal(before, await File.ReadAllBytesAsync(image));
        Finished wrong = await box.Run("compact", "--no-replay", box.Image);
        Assert.Equal(1, wrong.ExitCode);
        using DifferencingChain other = Open(box.Image, ImageAccess.ReadWrite);
        Finished locked = await box.Run("compact", box.Image);
        Assert.Equal(2, locked.ExitCode);
        Assert.StartsWith($"vhdxfuse: {box.Image}: ", locked.OnlyLine, StringComparison.Ordinal);
    }

    private static int Number(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetInt32();

    private static void AssertShowsDiskWithoutFirstBlock(string image)
    {
        byte[] disk = [.. new byte[MiB], .. Sandbox.DiskBytes.AsSpan(MiB)];
        using DifferencingChain chain = Open(image, ImageAccess.Read);
        byte[] shown = new byte[disk.Length];
        chain.Disk.Read(0, shown);
        Assert.True(shown.AsSpan().SequenceEqual(disk));
    }

    private static void ZeroFirstBlock(string image)
    {
        using DifferencingChain chain = Open(image, ImageAccess.ReadWrite);
        chain.Disk.Write(0, new byte[MiB]);
        chain.Close();
    }

    private static DifferencingChain Open(string image, ImageAccess access)
    {
        var options = new FileOpenOptions();
        LinuxFile file = access == ImageAccess.ReadWrite
            ? LinuxFile.OpenWrite(image, options)
            : LinuxFile.OpenRead(image, options);
        return DifferencingChain.Open(file, new LinuxParentSource(options), new OpenOptions { Access = access });
    }
}
