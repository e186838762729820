using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Interop.Tests;

/// <summary>What check, repair and replay come to, beside qemu-img.</summary>
public sealed class CheckingTests
{
    private const int MiB = 1 << 20;
    private const string DocumentedVersion = "qemu-img version 7.2.";
    private static readonly OpenOptions Options = new();

    [RequiresTheory(Need.None, "qemu-img")]
    [InlineData("subformat=dynamic,block_size=1M", "")]
    [InlineData("subformat=dynamic", "")]
    [InlineData("subformat=fixed,block_size=1M,block_state_zero=off", "")]
    [InlineData("subformat=fixed,block_size=1M", "T-5")]
    public void Check_finds_no_fault_in_images_of_qemu(string options, string explained)
    {
        using var folder = new ScratchFolder();
        string raw = folder.File("disk.raw");
        File.WriteAllBytes(raw, RandomNumberGenerator.GetBytes(9 * MiB));
        string image = folder.File("disk.vhdx");
        ToolRun.Expect("qemu-img", "convert", "-f", "raw", "-O", "vhdx", "-o", options, raw, image);
        using LinuxFile file = LinuxFile.OpenRead(image, new FileOpenOptions());
        Assert.All(
            ImageChecker.Check(file).Findings.Where(finding => finding.Severity != FindingSeverity.Info),
            finding => Assert.Equal(explained, finding.RuleId));
    }

    [RequiresFact(Need.None, "qemu-img")]
    public void The_documented_table_says_which_planted_faults_qemu_finds_and_repaired_ones_satisfy_it()
    {
        using var folder = new ScratchFolder();
        var table = new StringBuilder("| planted fault | check | qemu-img check |\n|---|---|---|\n");
        var faulty = new List<string>();
        foreach (string name in PlantedFaults.Names)
        {
            string path = folder.File("damaged.vhdx");
            (MemoryImageFile damaged, _) = PlantedFaults.BuildWithData(name);
            damaged.SaveTo(path);
            string[] words = PlantedFaults.ExpectedOf(name).Split(' ');
            _ = table.Append($"| {name} | {words[0].ToLowerInvariant()} {words[1]} | {VerdictOf(path)} |\n");
            File.Delete(path);
            if (RepairedVerdictOf(damaged, folder.File("repaired.vhdx")) is { } verdict and not "nothing")
            {
                faulty.Add($"{name}: {verdict}");
            }
        }

        Assert.Empty(faulty);
        string documented = File.ReadAllText(Path.Combine(RepositoryFolder.Path, "docs", "checking.md"));
        bool isDocumentedVersion = ToolRun.Expect("qemu-img", "--version").Output
            .StartsWith(DocumentedVersion, StringComparison.Ordinal);
        Assert.True(
            !isDocumentedVersion || documented.Contains(table.ToString(), StringComparison.Ordinal), table.ToString());
    }

    [CorpusTheory]
    [MemberData(nameof(Corpus.Names), MemberType = typeof(Corpus))]
    public void Replay_into_a_copy_gives_the_disk_that_the_manifest_names(string name)
    {
        CorpusImage image = Corpus.Named(name);
        if (!image.Dirty)
        {
            return;
        }

        using var folder = new ScratchFolder();
        string path = folder.File("copy.vhdx");
        using LinuxFile source = LinuxFile.OpenRead(Corpus.PathOf(name), new FileOpenOptions());
        using (LinuxFile copy = LinuxFile.CreateNew(path))
        {
            Assert.NotNull(ReplayedCopy.Write(source, copy, new RandomGuidSource()));
        }

        if (Requirements.IsInstalled("qemu-img"))
        {
            ToolRun.Expect("qemu-img", "check", "-f", "vhdx", path);
        }

        using DifferencingChain made = Open(path);
        Assert.Equal(LogOutcome.Clean, made.Layers[0].Log.Outcome);
        Assert.Equal(image.VirtualSha256, HashOf(made.Disk));
        Assert.True(new FileInfo(path).Length >= image.FileSize);
    }

    private static DifferencingChain Open(string path) => DifferencingChain.Open(
        LinuxFile.OpenRead(path, new FileOpenOptions()), new LinuxParentSource(new FileOpenOptions()), Options);

    private static string HashOf(VirtualDisk disk)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[4 * MiB];
        for (long offset = 0; offset < disk.LengthBytes; offset += piece.Length)
        {
            Span<byte> part = piece.AsSpan(0, (int)long.Min(piece.Length, disk.LengthBytes - offset));
            disk.Read(offset, part);
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <returns>Null when nothing can be repaired, or qemu can't open such images at all: children.</returns>
    private static string? RepairedVerdictOf(MemoryImageFile damaged, string path)
    {
        try
        {
            using LinuxFile file = LinuxFile.CreateNew(path);
            ImageRepair.Write(damaged, file, Options);
            return ImageChecker.Check(file).Geometry!.HasParent ? null : VerdictOf(path);
        }
        catch (VhdxException error) when (error.Kind == VhdxErrorKind.Corrupt)
        {
            return null;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string VerdictOf(string path)
    {
        ToolRun run = ToolRun.Of("qemu-img", TimeSpan.FromMinutes(1), "check", "-f", "vhdx", path);
        return run.ExitCode == 0 ? "nothing"
            : run.Error.Contains("Could not open", StringComparison.Ordinal) ? "does not open it" : "an error";
    }
}
