using System;
using VhdxFuse.Disk;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>What st_blocks tells.</summary>
public sealed class AllocatedSizeTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public void A_disk_with_a_small_table_is_told_exactly()
    {
        MemoryImageFile file = new ImageBuilder().AddBlock(1, 1).AddBlock(5, 2).Build();
        file.SetLength(100L * MiB);
        using DifferencingChain chain = Open(file);
        Assert.Equal(2 * MiB, SizeOf(chain));
    }

    // Its table isn't read: that is shown by the count of reads.
    [Fact]
    public void A_disk_with_a_large_table_is_told_by_the_room_in_its_file()
    {
        const int table = 513 * MiB;
        const int otherMetadata = 3 * MiB; // headers, log, metadata region
        var builder = new ImageBuilder { DiskSize = 64UL << 40, BatLength = table, NextBlock = otherMetadata + table };
        MemoryImageFile file = builder.AddBlock(0, 1).AddBlock(40_000_000, 2).Build();
        using DifferencingChain chain = Open(file);
        file.ResetCounts();
        Assert.InRange(SizeOf(chain), 2 * MiB, 2 * MiB + otherMetadata);
        Assert.Equal(0, file.Reads + file.HoleQueries);
    }

    [Fact]
    public void A_file_longer_than_its_disk_never_makes_more_of_it_than_the_disk()
    {
        var builder = new ImageBuilder { DiskSize = 2UL << 40, BatLength = 17 * MiB, NextBlock = 20L * MiB };
        MemoryImageFile file = builder.AddBlock(0, 1).Build();
        file.SetLength(3L << 40);
        using DifferencingChain chain = Open(file);
        Assert.Equal(chain.Disk.LengthBytes, SizeOf(chain));
    }

    private static long SizeOf(DifferencingChain chain) =>
        new AllocatedSize(chain.Disk, chain.Layers, TimeProvider.System).Bytes;

    private static DifferencingChain Open(MemoryImageFile file) =>
        DifferencingChain.Open(file, new MemoryParentSource(), new OpenOptions());
}
