using System;
using System.IO;
using System.Security.Cryptography;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Interop.Tests;

/// <summary>Images of other programs compacted by us, and read by them again.</summary>
public sealed class CompactTests(ITestOutputHelper output)
{
    private const int MiB = 1 << 20;
    private const long HashedWholeBytes = 1L << 30; // of larger disks what isn't zero is compared

    [RequiresTheory(Need.None, "qemu-img")]
    [InlineData("block_size=1M")]
    [InlineData("block_size=8M,block_state_zero=off")]
    public void Qemu_sees_the_same_disk_in_a_shorter_file(string options)
    {
        using var folder = new ScratchFolder();
        string raw = folder.File("disk.raw");
        string image = MakeByQemu(folder, raw, options);
        using (DifferencingChain chain = Open(image, ImageAccess.ReadWrite))
        {
            // What qemu-img itself would leave out: zeros over data, and a block trimmed in the middle.
            byte[] content = File.ReadAllBytes(raw);
            content.AsSpan(0, 9 * MiB).Clear();
            chain.Disk.Write(0, content.AsSpan(0, 9 * MiB));
            chain.Disk.WriteZeros(24 * MiB, 8 * MiB);
            content.AsSpan(24 * MiB, 8 * MiB).Clear();
            chain.Close();
            File.WriteAllBytes(raw, content);
        }

        CompactReport report = Compact(image);

        Assert.True(report.LengthAfterBytes < report.LengthBeforeBytes, $"{report}");
        Assert.True(report.ZeroBlockCount > 0 && report.MovedCount > 0, $"{report}");
        ToolRun.Expect("qemu-img", "check", "-f", "vhdx", image);
        ToolRun.Expect("qemu-img", "compare", "-f", "raw", "-F", "vhdx", raw, image);
        Assert.Equal(report.LengthAfterBytes, new FileInfo(image).Length);
    }

    [RequiresFact(Need.None, "qemu-img", "vhdiinfo")]
    public void Another_reader_finds_child_and_compacted_parent()
    {
        using var folder = new ScratchFolder();
        string raw = folder.File("disk.raw");
        string image = MakeByQemu(folder, raw, "block_size=1M");
        string child = folder.File("child.vhdx");
        using (VhdxImage parent = VhdxImage.Open(LinuxFile.OpenRead(image, new FileOpenOptions()), new OpenOptions()))
        using (LinuxFile file = LinuxFile.CreateNew(child))
        {
            var options = new CreateOptions
            {
                Type = DiskType.Differencing,
                Parent = new ParentReference(parent, @".\disk.vhdx"),
            };
            Creator.Create(file, options, new RandomGuidSource());
        }

        byte[] written = new byte[3 * MiB];
        written.AsSpan(MiB).Fill(0x5A);
        using (DifferencingChain chain = Open(child, ImageAccess.ReadWrite))
        {
            chain.Disk.Write(11 * MiB, written);
            chain.Disk.WriteZeros(0, 4 * MiB);
            chain.Close();
        }

        byte[] before = HashOf(child);
        Compact(image);
        Assert.Equal(before, HashOf(child)); // opened over its compacted parent
        Compact(child);
        Assert.Equal(before, HashOf(child));
        string info = ToolRun.Expect("vhdiinfo", child).Output;
        Assert.Contains("Differential", info, StringComparison.Ordinal);
    }

    [CorpusTheory]
    [MemberData(nameof(Corpus.Names), MemberType = typeof(Corpus))]
    public void A_real_image_shows_the_same_disk_once_compacted(string name)
    {
        CorpusImage known = Corpus.Named(name);
        using var folder = new ScratchFolder();
        string image = folder.File("copy.vhdx");
        ToolRun.Expect("cp", "--sparse=always", Corpus.PathOf(name), image);
        ToolRun.Expect("chmod", "u+w", image);
        if (known.VirtualSha256 is null || string.Equals(known.Type, "fixed", StringComparison.Ordinal))
        {
            // A child without its parent can't be judged, a fixed image has nothing to give.
            Assert.Throws<VhdxException>(() => Compact(image));
            return;
        }

        bool isWhole = known.VirtualSize <= HashedWholeBytes;
        byte[] before = isWhole ? Convert.FromHexString(known.VirtualSha256) : HashOfData(image);
        CompactReport report = Compact(image);
        output.WriteLine($"{report}");
        Assert.True(report.LengthAfterBytes <= report.LengthBeforeBytes);
        Assert.Equal(before, isWhole ? HashOf(image) : HashOfData(image));
        using (LinuxFile file = LinuxFile.OpenRead(image, new FileOpenOptions()))
        {
            CheckReport check = ImageChecker.Check(file);
            Assert.True(check.IsClean);
            Assert.Equal(0, check.Blocks!.UnusedTailBytes);
        }

        if (known.LogicalSector == 512 && Requirements.WhyNot(Need.None, ["qemu-img"]) is null)
        {
            ToolRun.Expect("qemu-img", "check", "-f", "vhdx", image);
        }
    }

    // 40 MiB: data in most of it, in no order of blocks.
    private static string MakeByQemu(ScratchFolder folder, string raw, string options)
    {
        byte[] content = new byte[40 * MiB];
        new Random(1).NextBytes(content.AsSpan(3 * MiB, 30 * MiB));
        File.WriteAllBytes(raw, content);
        string image = folder.File("disk.vhdx");
        ToolRun.Expect(
            "qemu-img", "convert", "-f", "raw", "-O", "vhdx", "-o", $"subformat=dynamic,{options}", raw, image);
        return image;
    }

    private static CompactReport Compact(string image)
    {
        using DifferencingChain chain = Open(image, ImageAccess.ReadWrite);
        return Compactor.Compact(chain, new CompactOptions());
    }

    private static DifferencingChain Open(string image, ImageAccess access)
    {
        var options = new FileOpenOptions();
        LinuxFile file = access == ImageAccess.ReadWrite
            ? LinuxFile.OpenWrite(image, options)
            : LinuxFile.OpenRead(image, options);
        return DifferencingChain.Open(file, new LinuxParentSource(options), new OpenOptions { Access = access });
    }

    private static byte[] HashOf(string image)
    {
        using DifferencingChain chain = Open(image, ImageAccess.Read);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[MiB];
        for (long at = 0; at < chain.Disk.LengthBytes; at += MiB)
        {
            hash.AppendData(Piece(chain.Disk, at, piece));
        }

        return hash.GetHashAndReset();
    }

    private static byte[] HashOfData(string image)
    {
        using DifferencingChain chain = Open(image, ImageAccess.Read);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[MiB];
        for (long at = 0; at < chain.Disk.LengthBytes; at += MiB)
        {
            at = (chain.Disk.NextData(at) ?? chain.Disk.LengthBytes) / MiB * MiB;
            if (at < chain.Disk.LengthBytes && Piece(chain.Disk, at, piece) is var part
                && part.ContainsAnyExcept((byte)0))
            {
                hash.AppendData(BitConverter.GetBytes(at));
                hash.AppendData(part);
            }
        }

        return hash.GetHashAndReset();
    }

    private static Span<byte> Piece(VirtualDisk disk, long at, byte[] piece)
    {
        Span<byte> part = piece.AsSpan(0, (int)long.Min(MiB, disk.LengthBytes - at));
        disk.Read(at, part);
        return part;
    }
}
