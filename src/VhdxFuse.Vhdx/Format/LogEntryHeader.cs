using System;
using System.Buffers.Binary;

namespace VhdxFuse.Vhdx.Format;

/// <summary>The first 64 bytes of a log entry. MS-VHDX 2.3.1.1.</summary>
/// <param name="Checksum">Over the whole entry, this field as zero.</param>
/// <param name="EntryLengthBytes">Not yet judged.</param>
/// <param name="TailOffsetBytes">In the ring: first entry of the sequence that ends here. Not yet judged.</param>
/// <param name="SequenceNumber">One more than that of the entry before.</param>
/// <param name="DescriptorCount">Not yet judged.</param>
/// <param name="LogGuid">An entry counts only under the header's LogGuid.</param>
/// <param name="FlushedFileOffset">A size the file durably had when the entry was written.</param>
/// <param name="LastFileOffset">A size that holds every structure allocated by then.</param>
internal readonly record struct LogEntryHeader(
    uint Checksum,
    uint EntryLengthBytes,
    uint TailOffsetBytes,
    ulong SequenceNumber,
    uint DescriptorCount,
    Guid LogGuid,
    ulong FlushedFileOffset,
    ulong LastFileOffset)
{
    public const int SizeBytes = 64;
    public const int ChecksumOffset = 4;

    private static ReadOnlySpan<byte> Signature => "loge"u8;

    /// <summary>Decodes the fields. Whether the entry is valid is LogScanner's question.</summary>
    /// <returns>False when <paramref name="source"/> is short or carries another signature.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out LogEntryHeader header)
    {
        header = default;
        if (source.Length < SizeBytes || !source.StartsWith(Signature))
        {
            return false;
        }

        header = new(
            BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumOffset..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[24..]),
            new Guid(source.Slice(32, 16)),
            BinaryPrimitives.ReadUInt64LittleEndian(source[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[56..]));
        return true;
    }

    /// <summary>Writes the fields, the checksum as given: it covers the whole entry.</summary>
    public void Write(Span<byte> target)
    {
        Signature.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumOffset..], Checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], EntryLengthBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], TailOffsetBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], SequenceNumber);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], DescriptorCount);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], 0);
        LogGuid.TryWriteBytes(target[32..]);
        BinaryPrimitives.WriteUInt64LittleEndian(target[48..], FlushedFileOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], LastFileOffset);
    }
}
