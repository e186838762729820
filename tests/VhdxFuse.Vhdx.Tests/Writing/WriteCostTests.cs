using System;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Writing;

/// <summary>DESIGN.md's table of what writing costs, counted.</summary>
public sealed class WriteCostTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public void The_first_write_of_a_session_costs_four_flushes_and_the_extension_of_the_file()
    {
        using var disk = WritableDisk.Of(new ImageBuilder());
        disk.Write(0, 4096, 1);
        Assert.Equal(4, disk.File.Flushes);
        disk.Disk.Flush();
        Assert.Equal(6, disk.File.Flushes); // the extension, and the entry
        Assert.Null(disk.FirstDifference());
        Assert.Null(disk.FirstDifferenceOfAReader());
    }

    [Fact]
    public void A_write_into_a_new_block_and_its_flush_cost_one_flush_and_twelve_KiB()
    {
        using var disk = WritableDisk.Of(new ImageBuilder { DiskSize = 64 * MiB });
        disk.Write(0, 4096, 1);
        disk.Disk.Flush();
        disk.File.ResetCounts();
        for (int block = 1; block <= 20; block++)
        {
            disk.Write(block * MiB, 4096, (byte)block);
            disk.Disk.Flush();
        }

        Assert.Equal((20, 40, 20 * 12288L), (disk.File.Flushes, disk.File.Writes, disk.File.BytesWritten));
        Assert.Null(disk.FirstDifferenceOfAReader());
    }

    [Fact]
    public void An_overwrite_and_its_flush_cost_one_write_and_one_flush()
    {
        using var disk = WritableDisk.Of(new ImageBuilder());
        disk.Write(0, 4096, 1);
        disk.Disk.Flush();
        disk.File.ResetCounts();
        disk.Write(512, 512, 2);
        disk.Disk.Flush();
        Assert.Equal((1, 1, 512L), (disk.File.Flushes, disk.File.Writes, disk.File.BytesWritten));
        disk.Disk.Flush();
        Assert.Equal(1, disk.File.Flushes);
    }

    [Fact]
    public void Overwriting_allocates_nothing()
    {
        using var disk = WritableDisk.Of(new ImageBuilder { DiskSize = 64 * MiB });
        byte[] bytes = new byte[3 * 4096];
        Sweep(disk.Disk, bytes);
        disk.Disk.Flush();
        Sweep(disk.Disk, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Sweep(disk.Disk, bytes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Five_hundred_writes_into_new_blocks_each_flushed_stay_below_the_promised_cost()
    {
        using var disk = WritableDisk.Of(new ImageBuilder { DiskSize = 512 * MiB });
        for (int block = 0; block < 500; block++)
        {
            disk.Write((long)block * MiB, 4096, (byte)block);
            disk.Disk.Flush();
        }

        Assert.InRange(disk.File.Flushes, 500, 550);
        Assert.InRange(disk.File.BytesWritten, 500 * 12288L, 500 * 13312L);
        Assert.Null(disk.FirstDifferenceOfAReader());
        disk.Reopen();
        Assert.Null(disk.FirstDifference());
    }

    [Fact]
    public void A_clean_end_costs_three_flushes_and_leaves_no_log()
    {
        using var disk = WritableDisk.Of(new ImageBuilder());
        disk.Write(0, 4096, 1);
        disk.Disk.Flush();
        disk.File.ResetCounts();
        disk.Chain.Close();
        Assert.Equal(3, disk.File.Flushes);
        using var chain = DifferencingChain.Open(
            disk.File.ReopenReadOnly(), new MemoryParentSource(), new OpenOptions());
        Assert.Equal(LogOutcome.Clean, chain.Layers[0].Log.Outcome);
        Assert.Equal(5 * MiB, disk.File.LengthBytes); // the free tail is cut off
    }

    [Fact]
    public void An_image_that_was_only_opened_for_writing_is_untouched()
    {
        using var disk = WritableDisk.Of(new ImageBuilder());
        disk.Disk.Read(0, new byte[4096]);
        disk.Chain.Close();
        Assert.Equal(0, disk.File.Writes);
    }

    // Across the border of two blocks, and past it.
    private static void Sweep(VirtualDisk disk, byte[] bytes)
    {
        for (long at = MiB - 4096; at < 4 * MiB; at += MiB / 2)
        {
            disk.Write(at, bytes);
        }
    }
}
