using System;
using System.Buffers.Binary;

namespace VhdxFuse.Vhdx.Format;

/// <summary>Where one metadata item lies and what it means to who doesn't know it. MS-VHDX 2.6.1.2.</summary>
/// <param name="ItemId">See <see cref="MetadataItemIds"/>.</param>
/// <param name="OffsetInRegion">In bytes from the region's start, not yet judged.</param>
/// <param name="LengthBytes">Not yet judged.</param>
/// <param name="Flags">See the constants.</param>
internal readonly record struct MetadataTableEntry(Guid ItemId, uint OffsetInRegion, uint LengthBytes, uint Flags)
{
    public const int SizeBytes = 32;
    public const uint IsUserFlag = 1;
    public const uint IsVirtualDiskFlag = 2;
    public const uint IsRequiredFlag = 4;

    public bool IsUser => (Flags & IsUserFlag) != 0;

    public bool IsRequired => (Flags & IsRequiredFlag) != 0;

    public static MetadataTableEntry Read(ReadOnlySpan<byte> source) => new(
        new Guid(source[..16]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[20..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[24..]));

    public void Write(Span<byte> target)
    {
        ItemId.TryWriteBytes(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[16..], OffsetInRegion);
        BinaryPrimitives.WriteUInt32LittleEndian(target[20..], LengthBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], 0);
    }
}
