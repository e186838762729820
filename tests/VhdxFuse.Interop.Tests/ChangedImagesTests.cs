using System;
using System.IO;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Interop.Tests;

/// <summary>Images that were resized and merged here, in other programs' readers.</summary>
public sealed class ChangedImagesTests
{
    private const int MiB = 1 << 20;
    private const long Large = 200L * 1024 * MiB; // more entries than a table of 1 MiB holds
    private static readonly FileOpenOptions FileOptions = new();

    [RequiresTheory(Need.None, "qemu-img")]
    [InlineData("subformat=dynamic,block_size=1M", 20L * MiB)]
    [InlineData("subformat=dynamic,block_size=1M", Large)]
    [InlineData("subformat=dynamic,block_size=8M,block_state_zero=off", 11L * MiB)]
    [InlineData("subformat=dynamic,block_size=1M", 5L * MiB)]
    [InlineData("subformat=fixed,block_size=1M,block_state_zero=off", 20L * MiB)]
    [InlineData("subformat=fixed,block_size=8M,block_state_zero=off", 5L * MiB)]
    public void Qemu_finds_no_fault_in_its_own_image_with_another_size(string options, long size)
    {
        using var folder = new ScratchFolder();
        string raw = folder.File("disk.raw");
        string image = folder.File("disk.vhdx");
        File.WriteAllBytes(raw, Content(10 * MiB, 1));
        ToolRun.Expect("qemu-img", "convert", "-f", "raw", "-O", "vhdx", "-o", options, raw, image);
        using (DifferencingChain chain = OpenWritable(image))
        {
            Resizer.Resize(chain, new ResizeOptions { DiskSizeBytes = size, DiscardsData = true });
            chain.Disk.Write(size - MiB, Content(MiB, 2));
            chain.Close();
        }

        ToolRun.Expect("qemu-img", "check", "-f", "vhdx", image);
        byte[] start = new byte[int.Min(12 * MiB, (int)long.Min(size, int.MaxValue))];
        Content(10 * MiB, 1).AsSpan(0, int.Min(10 * MiB, start.Length)).CopyTo(start);
        byte[] end = Content(MiB, 2);
        if (size <= start.Length)
        {
            end.CopyTo(start, (int)size - MiB);
        }

        Assert.True(ReadByQemu(folder, image, $"count={start.Length / MiB}").AsSpan().SequenceEqual(start));
        Assert.True(ReadByQemu(folder, image, $"skip={(size / MiB) - 1}").AsSpan().SequenceEqual(end));
    }

    [RequiresTheory(Need.None, "vhdiinfo")]
    [InlineData(20L * MiB)]
    [InlineData(Large)]
    [InlineData(5L * MiB)]
    public void Libvhdi_sees_the_new_size(long size)
    {
        using var folder = new ScratchFolder();
        string image = folder.File("disk.vhdx");
        Make(image, new CreateOptions { DiskSizeBytes = 10 * MiB, BlockSizeBytes = MiB }, Content(10 * MiB, 1));
        using (DifferencingChain chain = OpenWritable(image))
        {
            Resizer.Resize(chain, new ResizeOptions { DiskSizeBytes = size, DiscardsData = true });
            chain.Close();
        }

        Assert.Contains($"({size} bytes)", ToolRun.Expect("vhdiinfo", image).Output, StringComparison.Ordinal);
    }

    [RequiresTheory(Need.None, "qemu-img", "vhdiinfo")]
    [InlineData(DiskType.Dynamic, 10)]
    [InlineData(DiskType.Dynamic, 14)]
    [InlineData(DiskType.Dynamic, 8)]
    [InlineData(DiskType.Fixed, 14)]
    public void A_merged_parent_is_the_disk_to_other_programs_too(DiskType type, int childMiB)
    {
        using var folder = new ScratchFolder();
        string raw = folder.File("disk.raw");
        string parent = folder.File("parent.vhdx");
        string child = folder.File("child.avhdx");
        byte[] disk = Content(10 * MiB, 1);
        Make(parent, new CreateOptions { DiskSizeBytes = 10 * MiB, BlockSizeBytes = 2 * MiB, Type = type }, disk);
        using (var opened = VhdxImage.Open(LinuxFile.OpenRead(parent, FileOptions), new OpenOptions()))
        {
            Make(child, new CreateOptions
            {
                DiskSizeBytes = childMiB * (long)MiB,
                Type = DiskType.Differencing,
                BlockSizeBytes = MiB,
                Parent = new ParentReference(opened, @".\parent.vhdx"),
            });
        }

        Array.Resize(ref disk, childMiB * MiB);
        using (DifferencingChain chain = OpenWritable(child))
        {
            Write(chain.Disk, disk, 1000 * 512, Content(5 * 512, 3));
            Write(chain.Disk, disk, 4 * MiB, Content(3 * MiB, 4));
            Write(chain.Disk, disk, disk.Length - 4096, Content(4096, 5));
            chain.Disk.WriteZeros(0, MiB);
            disk.AsSpan(0, MiB).Clear();
            chain.Close();
        }

        File.WriteAllBytes(raw, disk);
        Merger.Merge(
            LinuxFile.OpenWrite(child, FileOptions),
            LinuxFile.OpenWrite(parent, FileOptions),
            new LinuxParentSource(FileOptions),
            new OpenOptions(),
            new MergeOptions());
        ToolRun.Expect("qemu-img", "check", "-f", "vhdx", parent);
        ToolRun.Expect("qemu-img", "compare", "-f", "raw", "-F", "vhdx", raw, parent);
        Assert.Contains($"({disk.Length} bytes)", ToolRun.Expect("vhdiinfo", parent).Output, StringComparison.Ordinal);
        ToolRun.Expect("vhdiinfo", child);
    }

    // Comparing all of a large disk would read all of it: QEMU doesn't know where such an image is empty.
    private static byte[] ReadByQemu(ScratchFolder folder, string image, string piece)
    {
        string part = folder.File(piece);
        ToolRun.Expect("qemu-img", "dd", "-f", "vhdx", "-O", "raw", "bs=1M", piece, $"if={image}", $"of={part}");
        return File.ReadAllBytes(part);
    }

    private static void Write(VirtualDisk disk, byte[] expected, int offset, byte[] bytes)
    {
        disk.Write(offset, bytes);
        bytes.CopyTo(expected, offset);
    }

    private static void Make(string path, CreateOptions options, byte[]? content = null)
    {
        using LinuxFile file = LinuxFile.CreateNew(path);
        using MemoryStream? stream = content is null ? null : new MemoryStream(content);
        Creator.Create(file, options, new RandomGuidSource(), stream);
    }

    private static DifferencingChain OpenWritable(string path) => DifferencingChain.Open(
        LinuxFile.OpenWrite(path, FileOptions),
        new LinuxParentSource(FileOptions),
        new OpenOptions { Access = ImageAccess.ReadWrite });

    private static byte[] Content(int length, int seed)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)((i * 31) + (i >> 9) + seed);
        }

        return bytes;
    }
}
