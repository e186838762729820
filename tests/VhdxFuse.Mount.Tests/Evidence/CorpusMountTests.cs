using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Mount.Tests.Evidence;

/// <summary>Real images through a real mount: the right bytes, and nothing of the evidence changed.</summary>
public sealed class CorpusMountTests
{
    private const long LargeBytes = 2L << 30;

    public static TheoryData<string, bool> Mountable
    {
        get
        {
            var rows = new TheoryData<string, bool>();
            foreach (CorpusImage image in Corpus.WhyNot() is null ? Corpus.Images : [])
            {
                if (image.VirtualSha256 is not null)
                {
                    rows.Add(image.Name, false);
                }

                if (image.VirtualSha256IgnoringLog is not null)
                {
                    rows.Add(image.Name, true);
                }
            }

            return rows;
        }
    }

    [CorpusMountTheory]
    [MemberData(nameof(Mountable))]
    [Rule("R-RPL-9", "T-1")]
    public async Task The_disk_has_the_hash_it_should_and_the_image_is_untouched(string name, bool ignoringLog)
    {
        await using var box = new Sandbox();
        string image = Corpus.PathOf(name);
        string before = State(image);
        string[] options = ignoringLog ? ["--no-replay"] : [];
        Finished mount = await box.Run([.. options, image, box.Point]);
        Assert.True(mount.ExitCode == 0, mount.Error);
        string hash = Sha256Of(box.Disk);
        await box.Succeed("umount", box.Point);
        CorpusImage facts = Corpus.Named(name);
        Assert.Equal(ignoringLog ? facts.VirtualSha256IgnoringLog : facts.VirtualSha256, hash);
        Assert.Equal(before, State(image));
        Assert.Equal(facts.FileSha256, Sha256Of(image)); // last: an ordinary read may change the access time
    }

    [CorpusMountFact]
    [Rule("R-PAR-7", "R-SBM-1")]
    public async Task A_checkpoint_without_its_parent_is_refused_and_over_a_stand_in_it_reads_right()
    {
        await using var box = new Sandbox();
        string image = Corpus.PathOf("dissect-differencing");
        Finished refused = await box.Run(image, box.Point);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains(
            "Generation 1_49C4BAF3-4B25-4406-8C4B-D39E65C32385.avhdx", refused.OnlyLine, StringComparison.Ordinal);
        Assert.Contains("--parent-path", refused.OnlyLine, StringComparison.Ordinal);

        string parents = Directory.CreateDirectory(box.PathOf("parents")).FullName;
        string parent = Path.Combine(parents, "GENERATION 1_49c4baf3-4b25-4406-8c4b-d39e65c32385.AVHDX");
        using (LinuxFile file = LinuxFile.CreateNew(parent))
        {
            var options = new CreateOptions { DiskSizeBytes = 8L << 30, BlockSizeBytes = 2 << 20 };
            Creator.Create(file, options, new SameGuid("ff34003b-11ed-4cf8-a166-b2be05e20b80"));
        }

        Finished mount = await box.Run("--parent-path", parents, image, box.Point);
        Assert.True(mount.ExitCode == 0, mount.Error);
        Assert.Equal(Corpus.Named("dissect-differencing").VirtualSha256ParentZeros, Sha256Of(box.Disk));
    }

    private static string State(string path)
    {
        // %x and %z with all digits; the folder by the names in it.
        string stat = ToolRun.Expect("stat", "-c", "%n %s %x %y %z %a %u %i", path).Output;
        return stat + string.Join(
            '\n',
            Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!, "*vhdx").Order(StringComparer.Ordinal));
    }

    private static string Sha256Of(string path)
    {
        if (new FileInfo(path).Length <= LargeBytes)
        {
            return ToolRun.Expect("sha256sum", path).Output[..64];
        }

        // The same hash by the processor's own instructions: sha256sum takes a minute for 10 GiB of zeros.
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private sealed class SameGuid(string text) : IGuidSource
    {
        public Guid NewGuid() => new(text);
    }
}
