using System;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests;

public sealed class BlockReadTests
{
    private const int MiB = 1 << 20;

    /// <summary>Every state of a block in a child, over a parent whose blocks all differ.</summary>
    [Fact]
    [Rule("R-RD-1", "R-RD-6", "R-SBM-1", "R-SBM-2", "R-SBM-3", "R-FP-1")]
    public void Each_state_in_a_child_reads_as_it_must()
    {
        var parent = new ImageBuilder();
        for (int block = 0; block < 8; block++)
        {
            parent.AddBlock(block, (byte)(0x10 + block));
        }

        ImageBuilder child = new ImageBuilder { DataWriteGuid = new Guid("00000000-0000-4000-8000-00000000c41d") }
            .NameParent(parent.DataWriteGuid, @".\parent.vhdx")
            .SetState(1, PayloadBlockState.Undefined)
            .SetState(2, PayloadBlockState.Zero)
            .SetState(3, PayloadBlockState.Unmapped)
            .AddBlock(4, 0xC4)
            .AddBlock(5, 0xC5, PayloadBlockState.PartiallyPresent)
            .AddBitmap(5, 10240, 10242, 10249, 0, 4096, 8200); // the last three: stale bits of blocks in other states

        using DifferencingChain chain = Open(child, parent);
        string[] expected =
        [
            "10 10 10 10 10 10 10 10 10 10 10 10", "00 00 00 00 00 00 00 00 00 00 00 00",
            "00 00 00 00 00 00 00 00 00 00 00 00", "00 00 00 00 00 00 00 00 00 00 00 00",
            "C4 C4 C4 C4 C4 C4 C4 C4 C4 C4 C4 C4", "C5 15 C5 15 15 15 15 15 15 C5 15 15",
            "16 16 16 16 16 16 16 16 16 16 16 16", "17 17 17 17 17 17 17 17 17 17 17 17",
        ];
        byte[] sectors = new byte[12 * 512];
        for (int block = 0; block < 8; block++)
        {
            chain.Disk.Read(block * (long)MiB, sectors);
            Assert.Equal(expected[block], string.Join(' ', sectors.Chunk(512).Select(s =>
                Assert.Single(s.Distinct()).ToString("X2"))));
        }

        Assert.Equal(DiskType.Differencing, chain.Layers[1].Type);
        Assert.Equal("parent.vhdx", System.IO.Path.GetFileName(chain.Layers[0].Path));
    }

    [Fact]
    [Rule("R-RD-1", "R-RD-3", "T-5", "R-FP-1")]
    public void Absent_blocks_read_as_zeros_whatever_their_offset_says()
    {
        var builder = new ImageBuilder { FileFlags = 1 };
        builder.AddBlock(7, 0xEE);
        long filled = builder.NextBlock - MiB;
        for (int state = 0; state <= 3; state++)
        {
            builder.SetState(state, (PayloadBlockState)state, filled);
        }

        using DifferencingChain chain = Open(builder);
        Assert.Equal(DiskType.Fixed, chain.Layers[0].Type);
        byte[] disk = ReadAll(chain.Disk);
        Assert.All(disk[..(7 * MiB)].Chunk(MiB), block => Assert.False(block.AsSpan().ContainsAnyExcept((byte)0)));
        Assert.Equal(0xEE, disk[^1]);
    }

    [Theory]
    [Rule("R-BAT-4", "R-BAT-5", "R-BAT-6", "R-BAT-7", "R-BAT-8", "R-LAY-1")]
    [InlineData(0x4, VhdxErrorKind.Corrupt)]
    [InlineData(0x5, VhdxErrorKind.Corrupt)]
    [InlineData(0x6, VhdxErrorKind.Corrupt)] // at offset 0
    [InlineData(0x0050_0007, VhdxErrorKind.Corrupt)] // partially present without parent
    [InlineData(0x0050_0016, VhdxErrorKind.Corrupt)] // reserved bits
    [InlineData(0x0008_0000, VhdxErrorKind.Corrupt)] // reserved bits of an absent block
    [InlineData(0x0020_0006, VhdxErrorKind.Corrupt)] // over the metadata region
    [InlineData(0x0030_0006, VhdxErrorKind.Corrupt)] // over the BAT
    [InlineData(0x0010_0006, VhdxErrorKind.Corrupt)] // over the log
    [InlineData(0x0640_0006, VhdxErrorKind.Truncated)]
    [InlineData(unchecked((long)0x8000_0000_0000_0006), VhdxErrorKind.Corrupt)]
    [InlineData(unchecked((long)0xFFFF_FFFF_FFF0_0006), VhdxErrorKind.Corrupt)]
    public void A_bad_entry_costs_its_own_block_and_no_other(long raw, VhdxErrorKind kind)
    {
        ImageBuilder builder = new ImageBuilder().AddBlock(0, 0xA0).AddBlock(2, 0xA2);
        builder.Bat[1] = (ulong)raw;
        using DifferencingChain chain = Open(builder);
        byte[] sector = new byte[512];
        VhdxException error = Assert.Throws<VhdxException>(() => chain.Disk.Read(MiB + 512, sector));
        Assert.Equal((kind, (3 * MiB) + 8L), (error.Kind, error.FileOffset!.Value.Value));
        Assert.Throws<VhdxException>(() => chain.Disk.Read(MiB - 512, new byte[1024]));
        chain.Disk.Read(MiB - 512, sector);
        Assert.All(sector, value => Assert.Equal(0xA0, value));
        chain.Disk.Read(2 * MiB, sector);
        Assert.All(sector, value => Assert.Equal(0xA2, value));

        // A copy that skips holes must meet the error, not a hole.
        Assert.Equal(MiB, chain.Disk.NextData(MiB));
    }

    [Theory]
    [Rule("R-BAT-7", "R-BAT-9")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    public void A_partially_present_block_needs_its_bitmap(int bitmapState)
    {
        var parent = new ImageBuilder();
        ImageBuilder child = new ImageBuilder { DataWriteGuid = Guid.Empty }
            .NameParent(parent.DataWriteGuid, @"parent.vhdx")
            .AddBlock(0, 1, PayloadBlockState.PartiallyPresent).AddBitmap(0, 5);
        child.Bat[child.BitmapIndexOf(0)] = (child.Bat[child.BitmapIndexOf(0)] & ~7UL) | (uint)bitmapState;
        using DifferencingChain chain = Open(child, parent);
        Assert.Equal(VhdxErrorKind.Corrupt, Assert.Throws<VhdxException>(() => chain.Disk.Read(0, new byte[1])).Kind);
    }

    [Fact]
    [Rule("R-BAT-10", "T-3")]
    public void Bitmap_entries_of_a_dynamic_image_may_hold_anything()
    {
        // 32 MiB blocks: 128 blocks a chunk, entry 128 is a bitmap's.
        var builder = new ImageBuilder { DiskSize = 130UL * 32 * MiB, BlockSize = 32 * MiB };
        builder.Bat[128] = 0xDEAD_BEEF_DEAD_BEEF;
        builder.AddBlock(127, 0x7F).AddBlock(128, 0x80);
        using DifferencingChain chain = Open(builder);
        byte[] bytes = new byte[1024];
        chain.Disk.Read((128L * 32 * MiB) - 512, bytes);
        Assert.Equal((0x7F, 0x80), (bytes[511], bytes[512]));
    }

    [Fact]
    [Rule("R-RD-5", "T-4")]
    public void Of_the_last_block_only_what_the_disk_shows_must_be_in_the_file()
    {
        var builder = new ImageBuilder { DiskSize = 10 * MiB, BlockSize = 8 * MiB };
        builder.AddBlock(0, 1).AddBlock(1, 2);
        builder.FileLength = builder.NextBlock - (6 * MiB);
        using DifferencingChain chain = Open(builder);
        Assert.Equal(2, ReadAll(chain.Disk)[^1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => chain.Disk.Read((10 * MiB) - 1, new byte[2]));

        builder.FileLength--;
        using DifferencingChain cut = Open(builder);
        Assert.Equal(VhdxErrorKind.Truncated, Assert.Throws<VhdxException>(() => ReadAll(cut.Disk)).Kind);
        cut.Disk.Read(0, new byte[8 * MiB]);
    }

    [Fact]
    [Rule("R-RD-4")]
    public void Behind_a_shorter_parent_a_child_reads_zeros_and_a_longer_one_is_clipped()
    {
        ImageBuilder parent = new ImageBuilder { DiskSize = (2 * MiB) + 512 }
            .AddBlock(0, 1).AddBlock(1, 2).AddBlock(2, 3);
        ImageBuilder longer = new ImageBuilder { DataWriteGuid = Guid.Empty }
            .NameParent(parent.DataWriteGuid, "parent.vhdx");
        using DifferencingChain chain = Open(longer, parent);
        byte[] bytes = new byte[1024];
        chain.Disk.Read(2 * MiB, bytes);
        Assert.Equal((3, 0), (bytes[511], bytes[512]));
        Assert.Equal(2 * MiB + 512, chain.Disk.NextHole(0));
        Assert.Null(chain.Disk.NextData((2 * MiB) + 512));

        ImageBuilder shorter = new ImageBuilder { DiskSize = MiB, DataWriteGuid = Guid.Empty }
            .NameParent(parent.DataWriteGuid, "parent.vhdx");
        using DifferencingChain clipped = Open(shorter, parent);
        Assert.Equal(MiB, clipped.Disk.LengthBytes);
        Assert.Equal(1, ReadAll(clipped.Disk)[^1]);
    }

    [Fact]
    public void Sectors_of_4096_bytes_choose_by_their_own_bits()
    {
        ImageBuilder parent = new ImageBuilder { LogicalSector = 4096 }.AddBlock(3, 0x11);
        ImageBuilder child = new ImageBuilder { LogicalSector = 4096, DataWriteGuid = Guid.Empty }
            .NameParent(parent.DataWriteGuid, "parent.vhdx")
            .AddBlock(3, 0x22, PayloadBlockState.PartiallyPresent)
            .AddBitmap(3, (3 * 256) + 1);
        using DifferencingChain chain = Open(child, parent);
        byte[] bytes = new byte[3 * 4096];
        chain.Disk.Read(3 * MiB, bytes);
        Assert.Equal([0x11, 0x22, 0x11], bytes.Chunk(4096).Select(sector => Assert.Single(sector.Distinct())));
    }

    internal static DifferencingChain Open(ImageBuilder image, ImageBuilder? parent = null)
    {
        var source = new MemoryParentSource();
        if (parent is not null)
        {
            source.Add(parent.Build("/e/parent.vhdx"));
        }

        return DifferencingChain.Open(image.Build("/e/child.vhdx"), source, new OpenOptions());
    }

    internal static byte[] ReadAll(VirtualDisk disk)
    {
        byte[] bytes = new byte[disk.LengthBytes];
        disk.Read(0, bytes);
        return bytes;
    }
}
