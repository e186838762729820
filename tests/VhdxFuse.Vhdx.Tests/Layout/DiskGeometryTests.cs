using VhdxFuse.Support;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Layout;

public sealed class DiskGeometryTests
{
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;
    private const long TiB = 1L << 40;

    // disk, block, logical sector, chunk ratio, payload blocks, bitmap blocks, entries without parent, entries with one
    [Theory]
    [Rule("R-BAT-1", "R-BAT-2")]
    [InlineData(3 * MiB, 1, 512, 4096, 3, 1, 3, 4097)]
    [InlineData(GiB, 2, 512, 2048, 512, 1, 512, 2049)]
    [InlineData(4 * GiB, 1, 512, 4096, 4096, 1, 4096, 4097)]
    [InlineData((4 * GiB) + 512, 1, 512, 4096, 4097, 2, 4098, 8194)]
    [InlineData(10 * GiB, 32, 512, 128, 320, 3, 322, 387)]
    [InlineData(127 * GiB, 256, 4096, 128, 508, 4, 511, 516)]
    [InlineData(TiB, 2, 4096, 16384, 524288, 32, 524319, 524320)]
    [InlineData(64 * TiB, 1, 512, 4096, 67108864, 16384, 67125247, 67125248)]
    [InlineData(64 * TiB, 1, 4096, 32768, 67108864, 2048, 67110911, 67110912)]
    [InlineData(64 * TiB, 32, 512, 128, 2097152, 16384, 2113535, 2113536)]
    [InlineData(64 * TiB, 256, 512, 16, 262144, 16384, 278527, 278528)]
    public void Counts_follow_from_the_sizes(
        long disk, int blockMiB, int sector, int ratio, long payload, long bitmaps, long without, long with)
    {
        var plain = new DiskGeometry(disk, blockMiB * (int)MiB, sector, 4096, hasParent: false);
        var child = new DiskGeometry(disk, blockMiB * (int)MiB, sector, 4096, hasParent: true);
        Assert.Equal((ratio, payload), (plain.ChunkRatio, plain.PayloadBlockCount));
        Assert.Equal(
            (bitmaps, without, with), (plain.BitmapBlockCount, plain.BatEntryCount, child.BatEntryCount));
    }

    [Theory]
    [Rule("R-BAT-1")]
    [InlineData(0, 0)]
    [InlineData(127, 127)]
    [InlineData(128, 129)]
    [InlineData(255, 256)]
    [InlineData(256, 258)]
    [InlineData(319, 321)]
    public void A_bitmap_entry_follows_every_128_blocks_of_32_mib(long block, long entry)
    {
        var geometry = new DiskGeometry(10 * GiB, 32 * (int)MiB, 512, 4096, hasParent: false);
        Assert.Equal(new BatIndex(entry), geometry.BatIndexOf(new BlockIndex(block)));
        Assert.Equal(new BlockIndex(block), geometry.BlockAtOrAfter(new BatIndex(entry)));
    }

    [Theory]
    [InlineData(0, 128)]
    [InlineData(127, 128)]
    [InlineData(128, 257)]
    [InlineData(319, 386)]
    public void The_bitmap_of_a_chunk_is_the_entry_behind_its_blocks(long block, long entry)
    {
        var geometry = new DiskGeometry(10 * GiB, 32 * (int)MiB, 512, 4096, hasParent: true);
        Assert.Equal(new BatIndex(entry), geometry.BitmapBatIndexOf(new BlockIndex(block)));
    }

    [Fact]
    public void The_block_behind_a_bitmap_entry_is_the_next_chunks_first()
    {
        var geometry = new DiskGeometry(10 * GiB, 32 * (int)MiB, 512, 4096, hasParent: true);
        Assert.Equal(new BlockIndex(128), geometry.BlockAtOrAfter(new BatIndex(128)));
    }

    [Fact]
    [Rule("R-RD-5", "R-SBM-2")]
    public void The_last_block_ends_with_the_disk_and_its_bits_fill_bytes_of_their_own()
    {
        var geometry = new DiskGeometry((4 * GiB) + 512, (int)MiB, 512, 4096, hasParent: true);
        Assert.Equal(512, geometry.VisibleBytesOf(new BlockIndex(4096)));
        Assert.Equal(MiB, geometry.VisibleBytesOf(new BlockIndex(4095)));
        Assert.Equal(256, geometry.BitmapBytesPerBlock);
    }
}
