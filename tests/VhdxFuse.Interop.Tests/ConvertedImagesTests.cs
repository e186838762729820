using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Interop.Tests;

/// <summary>Disks converted here, in other programs' eyes, and theirs converted here.</summary>
public sealed class ConvertedImagesTests
{
    private const int MiB = 1 << 20;

    /// <summary>Without the large clean ones, whose zeros take long to hash and show nothing more.</summary>
    public static TheoryData<string> WholeCorpus =>
    [
        .. (Corpus.WhyNot() is null ? Corpus.Images : [])
            .Where(image => image.VirtualSha256 is not null && (image.Dirty || image.VirtualSize <= 1 << 30))
            .Select(image => image.Name),
    ];

    /// <summary>With the table before the blocks, and behind them when the size was known only at the end.</summary>
    [RequiresTheory(Need.None, "qemu-img", "mmls", "fls", "mke2fs", "vhdiinfo")]
    [InlineData(DiskType.Dynamic, 1, true)]
    [InlineData(DiskType.Dynamic, 32, false)]
    [InlineData(DiskType.Dynamic, 256, true)]
    [InlineData(DiskType.Fixed, 2, true)]
    [InlineData(DiskType.Fixed, 1, false)]
    public void Others_read_what_was_converted(DiskType type, int blockMiB, bool isSizeKnown)
    {
        using var folder = new ScratchFolder();
        string raw = folder.File("disk.raw");
        MakeExt4(raw);
        string image = folder.File("disk.vhdx");
        long size = new FileInfo(raw).Length;
        var options = new CreateOptions
        {
            DiskSizeBytes = isSizeKnown ? size : 0,
            Type = type,
            BlockSizeBytes = blockMiB * MiB,
        };
        using (FileStream content = File.OpenRead(raw))
        using (LinuxFile source = Read(raw))
        {
            Make(image, options, isSizeKnown ? DiskSource.Of(source) : new StreamSource(content));
        }

        ToolRun.Expect("qemu-img", "check", "-f", "vhdx", image);
        ToolRun.Expect("qemu-img", "compare", "-f", "raw", "-F", "vhdx", raw, image);
        Assert.Contains($"({size} bytes)", ToolRun.Expect("qemu-img", "info", image).Output, StringComparison.Ordinal);
        string facts = ToolRun.Expect("vhdiinfo", image).Output;
        Assert.Contains(type == DiskType.Fixed ? "Fixed" : "Dynamic", facts, StringComparison.OrdinalIgnoreCase);

        string back = folder.File("back.raw");
        using (DifferencingChain chain = Open(image))
        using (LinuxFile file = LinuxFile.CreateNew(back))
        {
            DiskCopy.Run(DiskSource.Of(chain.Disk), new RawTarget(file, chain.Disk.LengthBytes));
        }

        Assert.Equal(Sha256Of(raw), Sha256Of(back));
        Assert.Contains("Linux (0x83)", ToolRun.Expect("mmls", back).Output, StringComparison.Ordinal);
        Assert.Contains("lost+found", ToolRun.Expect("fls", "-o", "2048", back).Output, StringComparison.Ordinal);
    }

    [RequiresTheory(Need.None, "qemu-img")]
    [InlineData("subformat=dynamic,block_size=1M", 1)]
    [InlineData("subformat=dynamic,block_size=32M", 2)]
    [InlineData("subformat=fixed,block_state_zero=off", 1)]
    [Rule("T-2", "T-4", "T-5")]
    public void Images_of_qemu_are_converted_to_the_same_disk(string options, int blockMiB)
    {
        using var folder = new ScratchFolder();
        string raw = folder.File("disk.raw");
        string theirs = folder.File("theirs.vhdx");
        string ours = folder.File("ours.vhdx");
        byte[] content = new byte[50 * MiB];
        new Random(blockMiB).NextBytes(content.AsSpan(3 * MiB, 100_000));
        new Random(blockMiB).NextBytes(content.AsSpan(40 * MiB, 5 * MiB));
        File.WriteAllBytes(raw, content);
        ToolRun.Expect("qemu-img", "convert", "-f", "raw", "-O", "vhdx", "-o", options, raw, theirs);
        using (DifferencingChain chain = Open(theirs))
        {
            Make(
                ours,
                new CreateOptions { DiskSizeBytes = chain.Disk.LengthBytes, BlockSizeBytes = blockMiB * MiB },
                DiskSource.Of(chain.Disk));
        }

        ToolRun.Expect("qemu-img", "check", "-f", "vhdx", ours);
        ToolRun.Expect("qemu-img", "compare", "-f", "raw", "-F", "vhdx", raw, ours);
    }

    /// <summary>Pending logs replayed, sectors of both sizes kept, in blocks of another size.</summary>
    [CorpusTheory]
    [MemberData(nameof(WholeCorpus))]
    public void Real_images_keep_their_disk(string name)
    {
        using var folder = new ScratchFolder();
        string ours = folder.File("ours.vhdx");
        using (DifferencingChain chain = Open(Corpus.PathOf(name)))
        {
            Make(
                ours,
                new CreateOptions { DiskSizeBytes = chain.Disk.LengthBytes, BlockSizeBytes = 4 * MiB },
                DiskSource.Of(chain.Disk));
        }

        using DifferencingChain converted = Open(ours);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[8 * MiB];
        for (long at = 0; at < converted.Disk.LengthBytes; at += piece.Length)
        {
            Span<byte> part = piece.AsSpan(0, (int)long.Min(piece.Length, converted.Disk.LengthBytes - at));
            converted.Disk.Read(at, part);
            hash.AppendData(part);
        }

        Assert.Equal(Corpus.Named(name).VirtualSha256, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>A child made here, read over its parent by libvhdi, which looks for it by its name.</summary>
    [RequiresFact(Need.None, "vhdiinfo")]
    [Rule("R-CRE-3")]
    public void A_child_made_here_is_one_to_libvhdi()
    {
        using var folder = new ScratchFolder();
        string parent = folder.File("base.vhdx");
        Make(parent, new CreateOptions { DiskSizeBytes = 64 * MiB }, new StreamSource(new MemoryStream([1, 2, 3])));
        using VhdxImage image = VhdxImage.Open(Read(parent), new OpenOptions());
        string child = folder.File("child.avhdx");
        using (LinuxFile file = LinuxFile.CreateNew(child))
        {
            Creator.Create(
                file,
                new CreateOptions
                {
                    Type = DiskType.Differencing,
                    Parent = new ParentReference(image, @".\base.vhdx", @"\\?\C:\VMs\base.vhdx"),
                },
                new RandomGuidSource());
        }

        string facts = ToolRun.Expect("vhdiinfo", child).Output;
        Assert.Contains("Differential", facts, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("base.vhdx", facts, StringComparison.Ordinal);
    }

    private static void Make(string path, CreateOptions options, IDiskSource source)
    {
        using LinuxFile file = LinuxFile.CreateNew(path);
        DiskCopy.Run(source, Creator.Begin(file, options, new RandomGuidSource()));
    }

    private static LinuxFile Read(string path) =>
        LinuxFile.OpenRead(path, new FileOpenOptions { AllowAccessTimeUpdate = true });

    private static DifferencingChain Open(string path) => DifferencingChain.Open(
        Read(path), new LinuxParentSource(new FileOpenOptions()), new OpenOptions());

    private static string Sha256Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>A disk of 64 MiB with one partition at 1 MiB and an ext4 in it.</summary>
    private static void MakeExt4(string raw)
    {
        using (FileStream file = File.Create(raw))
        {
            byte[] sector = new byte[512];
            byte[] partition = [0, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0xF8, 1, 0]; // from 2048, 129024 sectors
            partition.CopyTo(sector, 446);
            (sector[510], sector[511]) = (0x55, 0xAA);
            file.Write(sector);
            file.SetLength(64 * MiB);
        }

        ToolRun.Expect("mke2fs", "-q", "-t", "ext4", "-E", $"offset={MiB}", raw, "63M");
    }
}
