using System;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests;

/// <summary>DESIGN.md's table of what a read costs, counted.</summary>
public sealed class CostTableTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public void A_run_is_one_read_of_the_file_over_any_number_of_blocks()
    {
        (MemoryImageFile file, VirtualDisk disk) = Open(b =>
        {
            for (int block = 0; block < 6; block++)
            {
                b.AddBlock(block, (byte)block);
            }
        });
        byte[] bytes = new byte[6 * MiB];
        disk.Read(0, bytes);
        file.ResetCounts();
        disk.Read(0, bytes);
        Assert.Equal((1, 6L * MiB), (file.Reads, file.BytesRead));
        disk.Read(MiB - 100, bytes.AsSpan(0, 200));
        Assert.Equal(2, file.Reads);
    }

    [Fact]
    public void Zeros_cost_no_read_and_blocks_apart_cost_one_each()
    {
        (MemoryImageFile file, VirtualDisk disk) = Open(b => b.AddBlock(0, 1).AddBlock(2, 2).AddBlock(1, 3));
        byte[] bytes = new byte[3 * MiB];
        disk.Read(0, bytes);
        file.ResetCounts();
        disk.Read(5 * MiB, bytes);
        Assert.Equal(0, file.Reads);
        disk.Read(0, bytes);
        Assert.Equal(3, file.Reads);
    }

    [Fact]
    public void A_page_of_the_map_is_read_once()
    {
        (MemoryImageFile file, VirtualDisk disk) = Open(b => b.AddBlock(0, 1));
        file.ResetCounts();
        disk.Read(0, new byte[1]);
        Assert.Equal((2, 4097L), (file.Reads, file.BytesRead));
        disk.Read(0, new byte[1]);
        Assert.Equal(3, file.Reads);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        (_, VirtualDisk disk) = Open(b => b.AddBlock(0, 1).AddBlock(2, 2).AddBlock(1, 3));
        byte[] bytes = new byte[4096];
        Sweep(disk, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Sweep(disk, bytes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_disk_of_64_tib_is_opened_and_measured_in_a_few_reads()
    {
        var builder = new ImageBuilder { DiskSize = 64UL << 40, BatLength = 513 * MiB, NextBlock = 516L * MiB };
        builder.AddBlock(0, 1).AddBlock(40_000_000, 2).AddBlock((1L << 26) - 1, 3);
        MemoryImageFile file = builder.Build();
        using DifferencingChain chain = DifferencingChain.Open(file, new MemoryParentSource(), new OpenOptions());
        Assert.InRange(file.Reads, 1, 20);
        Assert.InRange(file.BytesRead, 1, MiB);
        Assert.Equal(3 * MiB, chain.Disk.MeasureAllocatedBytes());
        Assert.Equal(40_000_000L * MiB, chain.Disk.NextData(MiB));
        Assert.Equal((64L << 40) - MiB, chain.Disk.NextData(40_000_001L * MiB));
        Assert.InRange(file.Reads, 1, 100);
        byte[] end = new byte[1];
        chain.Disk.Read((64L << 40) - 1, end);
        Assert.Equal(3, end[0]);
    }

    /// <summary>Programs that make images may write the whole table: no hole of the file says that it is empty. QEMU
    /// writes state 2 for each block, and zeros between the chunks.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Entries_alike_written_out_in_a_table_are_passed_in_large_reads(byte entry)
    {
        const long last = (1L << 20) - 1;
        const long tableStart = 3 * MiB;
        const int pageBytes = 4096;
        var builder = new ImageBuilder { DiskSize = 1UL << 40, BatLength = 9 * MiB, NextBlock = 12L * MiB };
        builder.AddBlock(0, 1).AddBlock(last, 2);
        MemoryImageFile file = builder.Build();
        byte[] entries = new byte[(8 * MiB) - pageBytes];
        for (int at = 0; at < entries.Length; at += 8)
        {
            long index = (at + pageBytes) / 8;
            entries[at] = (index + 1) % (builder.ChunkRatio + 1) == 0 ? (byte)0 : entry;
        }

        file.Write(new FileOffset(tableStart + pageBytes), entries);
        using DifferencingChain chain = DifferencingChain.Open(file, new MemoryParentSource(), new OpenOptions());
        file.ResetCounts();
        Assert.Equal(2 * MiB, chain.Disk.MeasureAllocatedBytes());
        Assert.Equal(last * MiB, chain.Disk.NextData(MiB));
        Assert.InRange(file.Reads, 1, 2 * 300); // a chunk each; a page each were twice 2048
    }

    /// <summary>A child's empty table, written out, is not searched to its end for each piece of its parent.</summary>
    [Fact]
    public void A_child_of_nothing_costs_its_table_once_however_its_parent_is_cut()
    {
        const int blocks = 64 * 1024;
        var parent = new ImageBuilder { DiskSize = (ulong)blocks * MiB, NextBlock = 8L * MiB };
        var child = new ImageBuilder { DiskSize = (ulong)blocks * MiB, DataWriteGuid = Guid.Empty };
        child.NameParent(parent.DataWriteGuid, "parent.vhdx");
        for (int i = 0; i < blocks; i += 2)
        {
            parent.Bat[parent.IndexOf(i)] = (ulong)(8L * MiB) | 6;
        }

        parent.FileLength = 9L * MiB;
        MemoryImageFile file = child.Build("/e/child.vhdx");
        file.Write(new FileOffset(3 * MiB), new byte[MiB]);
        using DifferencingChain chain = DifferencingChain.Open(
            file, new MemoryParentSource().Add(parent.Build("/e/parent.vhdx")), new OpenOptions());
        file.ResetCounts();
        Assert.Equal(blocks / 2 * (long)MiB, chain.Disk.MeasureAllocatedBytes());
        Assert.InRange(file.BytesRead, 1, 4 * MiB);
    }

    /// <summary>A child whose every second sector is its own. Questions give up, legally.</summary>
    [Fact]
    public void A_disk_cut_into_very_many_pieces_is_not_walked_to_its_end()
    {
        const int block = 256 * MiB;
        var parent = new ImageBuilder { DiskSize = 1UL << 40, BlockSize = block };
        var child = new ImageBuilder { DiskSize = 1UL << 40, BlockSize = block, DataWriteGuid = Guid.Empty };
        child.NameParent(parent.DataWriteGuid, "parent.vhdx");
        long payload = 64L * MiB;
        byte[] bits = new byte[MiB];
        bits.AsSpan().Fill(0x55);
        child.NextBlock = 8 * MiB;
        child.AddBitmap(0, bits);
        for (int i = 0; i < 4096; i++)
        {
            child.Bat[child.IndexOf(i)] = (ulong)payload | 7;
            parent.Bat[parent.IndexOf(i)] = (ulong)payload | 6;
            child.Bat[child.BitmapIndexOf(i)] = child.Bat[child.BitmapIndexOf(0)];
        }

        (parent.FileLength, child.FileLength) = (payload + block, payload + block);
        using DifferencingChain chain = BlockReadTests.Open(child, parent);
        Assert.Null(chain.Disk.MeasureAllocatedBytes());
        Assert.Equal(chain.Disk.LengthBytes, chain.Disk.NextHole(0));
    }

    private static void Sweep(VirtualDisk disk, byte[] bytes)
    {
        for (long offset = 0; offset < disk.LengthBytes - bytes.Length; offset += 99_991)
        {
            disk.Read(offset, bytes);
        }
    }

    private static (MemoryImageFile File, VirtualDisk Disk) Open(Action<ImageBuilder> build)
    {
        var builder = new ImageBuilder();
        build(builder);
        MemoryImageFile file = builder.Build();
        return (file, DifferencingChain.Open(file, new MemoryParentSource(), new OpenOptions()).Disk);
    }
}
