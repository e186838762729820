using System;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests;

/// <summary>The two short ways of a read: from what the host has in memory, and by where it lies there.</summary>
public sealed class CachedReadTests
{
    private const int MiB = 1 << 20;
    private const nint Base = 0x1000_0000;

    private readonly MemoryImageFile _parent = new ImageBuilder()
        .AddBlock(0, 0x10).AddBlock(1, 0x11).AddBlock(2, 0x12).Build("/e/parent.vhdx");

    private readonly MemoryImageFile _child = new ImageBuilder
    {
        DataWriteGuid = new Guid("00000000-0000-4000-8000-00000000c41d"),
    }
        .NameParent(new ImageBuilder().DataWriteGuid, @".\parent.vhdx")
        .AddBlock(1, 0xC1)
        .AddBlock(2, 0xC2, PayloadBlockState.PartiallyPresent)
        .AddBitmap(2, 4096)
        .SetState(3, PayloadBlockState.Zero)
        .SetState(4, (PayloadBlockState)5)
        .Build("/e/child.vhdx");

    [Theory]
    [InlineData(0, 4096, false, true, true)] // the parent's alone
    [InlineData(MiB, 4096, true, false, true)] // the child's alone
    [InlineData(MiB - 512, 1024, true, false, false)] // of both
    [InlineData(2 * MiB, 1024, true, false, false)] // sector by sector
    [InlineData(2 * MiB, 1024, true, true, true)]
    [InlineData(3 * MiB, 4096, false, false, true)] // zeros are nobody's
    [InlineData(4 * MiB, 512, true, true, false)] // unreadable: for Read to say why
    public void A_read_needs_no_disk_when_every_layer_it_comes_from_is_cached(
        int offset, int lengthBytes, bool isChildCached, bool isParentCached, bool isRead)
    {
        using DifferencingChain chain = Open();
        (_child.IsCached, _parent.IsCached) = (isChildCached, isParentCached);
        byte[] bytes = new byte[lengthBytes];
        bytes.AsSpan().Fill(0xEE);
        Assert.Equal(isRead, chain.Disk.TryReadCached(offset, bytes));
        if (isRead)
        {
            byte[] expected = new byte[lengthBytes];
            chain.Disk.Read(offset, expected);
            Assert.Equal(expected, bytes);
        }
    }

    [Theory]
    [InlineData(512, 65536, true)] // the parent's
    [InlineData(MiB, MiB, true)] // the child's
    [InlineData(MiB - 512, 1024, false)] // in two files
    [InlineData(2 * MiB, 1024, false)] // sector by sector
    [InlineData(2 * MiB, 512, true)]
    [InlineData(3 * MiB, 65536, false)] // zeros lie nowhere
    [InlineData(4 * MiB, 512, false)] // unreadable
    public void A_stretch_in_one_piece_is_found_where_the_file_has_it(int offset, int lengthBytes, bool isFound)
    {
        using DifferencingChain chain = Open();
        _child.Located = (at, length) => length == lengthBytes ? Base + (nint)at.Value : 0;
        _parent.Located = _child.Located;
        nint found = chain.Disk.Locate(offset, lengthBytes);
        DiskExtents walk = chain.Disk.Extents(offset, lengthBytes);
        Assert.True(walk.MoveNext());
        Assert.Equal(isFound ? Base + (nint)walk.Current.FileOffset.Value : 0, found);
    }

    [Fact]
    public void What_may_be_given_to_another_block_is_never_read_in_place()
    {
        MemoryImageFile file = new ImageBuilder().AddBlock(0, 0x10).Build("/e/disk.vhdx");
        file.Located = (_, _) => Base;
        var options = new OpenOptions { Access = ImageAccess.ReadWrite };
        using DifferencingChain chain = DifferencingChain.Open(file, new MemoryParentSource(), options);
        Assert.Equal(0, chain.Disk.Locate(0, 65536));
    }

    [Fact]
    public void Through_an_overlay_only_what_it_does_not_change_lies_in_place()
    {
        var below = new MemoryImageFile { IsCached = true, Located = (at, _) => Base + (nint)at.Value };
        below.Write(default, new byte[16 * 4096]);
        using var overlay = new OverlayImageFile(below);
        byte[] page = new byte[4096];
        page.AsSpan().Fill(7);
        overlay.Write(new FileOffset(4 * 4096), page);
        overlay.WriteZeros(new FileOffset(6 * 4096), 4096);
        overlay.Flush();
        Assert.Equal(Base, overlay.Locate(default, 4 * 4096));
        Assert.Equal(0, overlay.Locate(default, (4 * 4096) + 1));
        Assert.Equal(0, overlay.Locate(new FileOffset((7 * 4096) - 1), 1));
        Assert.Equal(Base + (7 * 4096), overlay.Locate(new FileOffset(7 * 4096), 4096));
        Assert.Equal(0, overlay.Locate(new FileOffset(15 * 4096), 4097));

        byte[] cached = new byte[8 * 4096];
        byte[] read = new byte[8 * 4096];
        Assert.True(overlay.TryReadCached(new FileOffset(100), cached));
        Assert.Equal(read.Length, overlay.Read(new FileOffset(100), read));
        Assert.Equal(read, cached);
        Assert.Contains((byte)7, cached);
        below.IsCached = false;
        Assert.False(overlay.TryReadCached(new FileOffset(100), cached));
    }

    private DifferencingChain Open() =>
        DifferencingChain.Open(_child, new MemoryParentSource().Add(_parent), new OpenOptions());
}
