using System;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Writing;

/// <summary>Full disks, devices, hostile images, and what comes after the end.</summary>
public sealed class WriteEdgeTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public void A_punch_that_meets_a_full_disk_neither_fails_the_flush_nor_ends_the_session()
    {
        var file = new HookedImageFile(new ImageBuilder().Build());
        using DifferencingChain chain = Open(file);
        chain.Disk.Write(0, new byte[MiB]);
        chain.Disk.Flush();
        chain.Disk.WriteZeros(0, MiB);
        file.BeforeZeros = () => throw new VhdxException(
            VhdxErrorKind.NoSpace, file.Path, "no space to split an extent");
        chain.Disk.Flush(); // everything it promises is durable
        chain.Disk.Write(MiB, new byte[512]);
        chain.Disk.Flush();
        file.BeforeZeros = () => { };
        chain.Close();
    }

    [Fact]
    public void A_fixed_disk_on_a_device_of_odd_size_can_be_written()
    {
        var builder = new ImageBuilder { FileFlags = 1 };
        for (int block = 0; block < 8; block++)
        {
            builder.AddBlock(block, 1);
        }

        builder.FileLength = builder.NextBlock + 512;
        var file = new HookedImageFile(builder.Build());
        file.CapacityBytes = file.LengthBytes;
        using DifferencingChain chain = Open(file);
        chain.Disk.Write(0, new byte[512]);
    }

    [Fact]
    public void The_last_megabytes_of_a_device_are_handed_out()
    {
        var file = new HookedImageFile(new ImageBuilder().Build());
        file.CapacityBytes = file.LengthBytes + (8 * MiB);
        using DifferencingChain chain = Open(file);
        chain.Disk.Write(0, new byte[512]);
    }

    [Fact]
    [Rule("R-HDR-10")]
    public void Headers_with_hardly_a_number_left_are_refused_before_anything_is_written()
    {
        var builder = new ImageBuilder();
        (builder.HeaderSequence[0], builder.HeaderSequence[1]) = (ulong.MaxValue - 3, ulong.MaxValue - 2);
        MemoryImageFile memory = builder.Build();
        VhdxException refused = Assert.Throws<VhdxException>(() => Open(memory));
        Assert.Equal(VhdxErrorKind.LimitExceeded, refused.Kind);
        Assert.Equal(0, memory.Writes);
    }

    [Fact]
    [Rule("R-RD-2")]
    public void An_anchor_behind_the_end_of_the_file_is_refused_before_anything_is_written()
    {
        MemoryImageFile memory = new ImageBuilder().SetState(7, PayloadBlockState.Unmapped, 255L << 40).Build();
        VhdxException refused = Assert.Throws<VhdxException>(() => Open(memory));
        Assert.Equal(VhdxErrorKind.Corrupt, refused.Kind);
        Assert.Equal(0, memory.Writes);
    }

    [Fact]
    public void Who_writes_after_the_end_of_a_session_begins_another()
    {
        MemoryImageFile memory = new ImageBuilder().Build();
        using DifferencingChain chain = Open(memory);
        byte[] sector = new byte[512];
        sector.AsSpan().Fill(0xAB);
        chain.Disk.Write(0, sector);
        chain.Close();
        chain.Disk.Write(MiB, sector);
        chain.Disk.Flush();
        using DifferencingChain next = Open(memory.Reopen());
        next.Disk.Read(MiB, sector);
        Assert.Equal(0xAB, sector[0]);
    }

    [Fact]
    public void Zeros_over_zeros_and_no_bytes_at_all_leave_the_image_untouched()
    {
        MemoryImageFile memory = new ImageBuilder().Build();
        using DifferencingChain chain = Open(memory);
        chain.Disk.WriteZeros(0, 8 * MiB);
        chain.Disk.Write(0, []);
        chain.Disk.Flush();
        chain.Close();
        Assert.Equal(0, memory.Writes);
    }

    private static DifferencingChain Open(IImageFile file) => DifferencingChain.Open(
        file,
        new MemoryParentSource(),
        new OpenOptions { Access = ImageAccess.ReadWrite, Guids = new FixedGuids() });
}
