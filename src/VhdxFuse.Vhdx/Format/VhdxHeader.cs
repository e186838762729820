using System;
using System.Buffers.Binary;

namespace VhdxFuse.Vhdx.Format;

/// <summary>One of the two headers. MS-VHDX 2.2.2.</summary>
/// <param name="SequenceNumber">The greater one of two valid headers is current (R-HDR-2).</param>
/// <param name="FileWriteGuid">Changes once a writable session, before the first modification.</param>
/// <param name="DataWriteGuid">Changes before the first change a guest could see; children check it.</param>
/// <param name="LogGuid">Zero: nothing to replay.</param>
/// <param name="LogVersion">0.</param>
/// <param name="Version">1.</param>
/// <param name="LogLengthBytes">As the file says it: not yet judged.</param>
/// <param name="LogOffset">As the file says it: not yet judged.</param>
internal readonly record struct VhdxHeader(
    ulong SequenceNumber,
    Guid FileWriteGuid,
    Guid DataWriteGuid,
    Guid LogGuid,
    ushort LogVersion,
    ushort Version,
    uint LogLengthBytes,
    ulong LogOffset)
{
    public const int SizeBytes = 4096;
    private const int ChecksumOffset = 4;

    private static ReadOnlySpan<byte> Signature => "head"u8;

    /// <summary>A header is valid by signature and checksum alone (R-HDR-1).</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out VhdxHeader header)
    {
        header = default;
        if (source.Length < SizeBytes || !source.StartsWith(Signature))
        {
            return false;
        }

        source = source[..SizeBytes];
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumOffset..]);
        if (stored != Crc32C.OfStructure(source, ChecksumOffset))
        {
            return false;
        }

        header = new(
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            new Guid(source.Slice(16, 16)),
            new Guid(source.Slice(32, 16)),
            new Guid(source.Slice(48, 16)),
            BinaryPrimitives.ReadUInt16LittleEndian(source[64..]),
            BinaryPrimitives.ReadUInt16LittleEndian(source[66..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[68..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[72..]));
        return true;
    }

    public void Write(Span<byte> target)
    {
        target = target[..SizeBytes];
        target.Clear();
        Signature.CopyTo(target);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], SequenceNumber);
        FileWriteGuid.TryWriteBytes(target[16..]);
        DataWriteGuid.TryWriteBytes(target[32..]);
        LogGuid.TryWriteBytes(target[48..]);
        BinaryPrimitives.WriteUInt16LittleEndian(target[64..], LogVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(target[66..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(target[68..], LogLengthBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(target[72..], LogOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumOffset..], Crc32C.OfStructure(target, ChecksumOffset));
    }
}
