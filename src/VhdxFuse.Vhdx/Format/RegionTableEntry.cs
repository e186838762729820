using System;
using System.Buffers.Binary;

namespace VhdxFuse.Vhdx.Format;

/// <summary>Where one region lies. MS-VHDX 2.2.3.2.</summary>
/// <param name="Id">See <see cref="RegionIds"/>.</param>
/// <param name="FileOffset">In bytes, not yet judged.</param>
/// <param name="LengthBytes">Not yet judged.</param>
/// <param name="Flags">Bit 0: a reader that doesn't know the region must refuse the file.</param>
internal readonly record struct RegionTableEntry(Guid Id, ulong FileOffset, uint LengthBytes, uint Flags)
{
    public const int SizeBytes = 32;
    public const uint RequiredFlag = 1;

    public static RegionTableEntry Read(ReadOnlySpan<byte> source) => new(
        new Guid(source[..16]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[24..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[28..]));

    public void Write(Span<byte> target)
    {
        Id.TryWriteBytes(target);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], FileOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], LengthBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], Flags);
    }
}
