using System;
using VhdxFuse.Support;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Journal;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Journal;

/// <summary>The choice of the current header as a table: each slot torn or valid, and how their numbers
/// compare.</summary>
public sealed class HeaderPairTests
{
    [Theory]
    [Rule("R-HDR-1", "R-HDR-2", "R-HDR-4")]
    [InlineData(5UL, 6UL, 1)]
    [InlineData(6UL, 5UL, 0)]
    [InlineData(ulong.MaxValue, 0UL, 0)] // plain unsigned numbers: no wrap
    [InlineData(0UL, ulong.MaxValue, 1)]
    [InlineData(5UL, null, 0)]
    [InlineData(null, 5UL, 1)]
    public void The_valid_header_with_the_greater_number_is_current(ulong? first, ulong? second, int slot)
    {
        HeaderPair pair = HeaderPair.Choose("x", Bytes(first), Bytes(second));
        Assert.Equal(slot, pair.CurrentSlot);
        Assert.Equal((slot == 0 ? first : second)!.Value, pair.Current.SequenceNumber);
        Assert.Equal(first is null || second is null, pair.Other is null);
    }

    [Fact]
    [Rule("R-HDR-2")]
    public void Without_a_valid_header_the_image_is_corrupt() =>
        Assert.Equal(VhdxErrorKind.Corrupt, KindOf(Bytes(null), Bytes(null)));

    [Fact]
    [Rule("R-HDR-3", "T-1")]
    public void Equal_numbers_are_accepted_only_from_identical_headers()
    {
        Assert.Equal(0, HeaderPair.Choose("x", Bytes(7), Bytes(7)).CurrentSlot);

        byte[] other = Bytes(7);
        other[VhdxHeader.SizeBytes - 1] = 1; // reserved, but part of the block and of its checksum
        VhdxHeader.TryRead(other, out _);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(other.AsSpan(4), Crc32C.OfStructure(other, 4));
        Assert.True(VhdxHeader.TryRead(other, out _));
        Assert.Equal(VhdxErrorKind.Corrupt, KindOf(Bytes(7), other));
    }

    [Fact]
    [Rule("R-HDR-5", "T-9")]
    public void All_data_come_from_the_current_header()
    {
        HeaderPair pair = HeaderPair.Choose("x", Bytes(1, dataWriteGuid: 1), Bytes(2, dataWriteGuid: 2));
        Assert.Equal(GuidOf(2), pair.Current.DataWriteGuid);
        Assert.Equal(GuidOf(1), pair.Other!.Value.DataWriteGuid);
    }

    [Fact]
    [Rule("R-HDR-1")]
    public void Any_flipped_bit_makes_a_header_invalid()
    {
        for (int bit = 0; bit < VhdxHeader.SizeBytes * 8; bit += 101)
        {
            byte[] torn = Bytes(9);
            torn[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(0, HeaderPair.Choose("x", Bytes(1), torn).CurrentSlot);
        }
    }

    private static VhdxErrorKind KindOf(byte[] first, byte[] second) =>
        Assert.Throws<VhdxException>(() => HeaderPair.Choose("x", first, second)).Kind;

    private static Guid GuidOf(byte seed) => new(seed, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    private static byte[] Bytes(ulong? sequenceNumber, byte dataWriteGuid = 0)
    {
        byte[] bytes = new byte[VhdxHeader.SizeBytes];
        ulong number = sequenceNumber ?? 3;
        new VhdxHeader(number, GuidOf(9), GuidOf(dataWriteGuid), Guid.Empty, 0, 1, 1 << 20, 1 << 20).Write(bytes);
        bytes[100] ^= sequenceNumber is null ? (byte)1 : (byte)0;
        return bytes;
    }
}
