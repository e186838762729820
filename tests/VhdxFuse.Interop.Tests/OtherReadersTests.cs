using System;
using System.IO;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Interop.Tests;

/// <summary>Our images in other programs' readers, and theirs in ours.</summary>
public sealed class OtherReadersTests
{
    private const int MiB = 1 << 20;

    [RequiresTheory(Need.None, "qemu-img")]
    [InlineData(DiskType.Dynamic, 1)]
    [InlineData(DiskType.Dynamic, 32)]
    [InlineData(DiskType.Fixed, 2)]
    public void Qemu_finds_no_fault_in_our_images_and_the_same_disk(DiskType type, int blockMiB)
    {
        using var folder = new ScratchFolder();
        string raw = Path.Combine(folder.Path, "disk.raw");
        string image = Path.Combine(folder.Path, "disk.vhdx");
        File.WriteAllBytes(raw, Content());
        using (FileStream content = File.OpenRead(raw))
        using (LinuxFile file = LinuxFile.CreateNew(image))
        {
            var options = new CreateOptions
            {
                DiskSizeBytes = content.Length,
                Type = type,
                BlockSizeBytes = blockMiB * MiB,
            };
            Creator.Create(file, options, new RandomGuidSource(), content);
        }

        ToolRun.Expect("qemu-img", "check", "-f", "vhdx", image);
        ToolRun.Expect("qemu-img", "compare", "-f", "raw", "-F", "vhdx", raw, image);
    }

    [RequiresTheory(Need.None, "qemu-img")]
    [InlineData("subformat=dynamic,block_size=1M")]
    [InlineData("subformat=dynamic,block_size=8M,block_state_zero=off")]
    [InlineData("subformat=fixed,block_size=8M,block_state_zero=off")]
    [InlineData("subformat=fixed")]
    [Rule("T-2", "T-4", "T-5")]
    public void Images_of_qemu_show_the_disk_that_was_put_in(string options)
    {
        using var folder = new ScratchFolder();
        string raw = Path.Combine(folder.Path, "disk.raw");
        string image = Path.Combine(folder.Path, "disk.vhdx");
        File.WriteAllBytes(raw, Content());
        ToolRun.Expect("qemu-img", "convert", "-f", "raw", "-O", "vhdx", "-o", options, raw, image);
        var fileOptions = new FileOpenOptions();
        using DifferencingChain chain = DifferencingChain.Open(
            LinuxFile.OpenRead(image, fileOptions), new LinuxParentSource(fileOptions), new OpenOptions());
        byte[] disk = new byte[chain.Disk.LengthBytes];
        chain.Disk.Read(0, disk);
        Assert.True(disk.AsSpan().SequenceEqual(Content()));
    }

    private static byte[] Content()
    {
        byte[] bytes = new byte[10 * MiB];
        for (int i = 0; i < MiB; i++)
        {
            bytes[i] = (byte)(i * 31);
            bytes[(9 * MiB) + i] = (byte)((i * 17) + 5);
        }

        return bytes;
    }
}
