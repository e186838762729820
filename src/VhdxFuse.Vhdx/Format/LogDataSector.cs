using System;
using System.Buffers.Binary;

namespace VhdxFuse.Vhdx.Format;

/// <summary>
/// The 4 KiB log sector that carries a page: its first 8 and last 4 bytes make room for a signature and the two halves
/// of the sequence number, and travel in the data descriptor. MS-VHDX 2.3.1.4.
/// </summary>
internal static class LogDataSector
{
    public const int SizeBytes = 4096;
    private const int SequenceHighOffset = 4;
    private const int BodyOffset = 8;
    private const int SequenceLowOffset = 4092;

    private static ReadOnlySpan<byte> Signature => "data"u8;

    /// <summary>Whether the sector belongs to the entry with this number (R-LOG-8).</summary>
    public static bool Belongs(ReadOnlySpan<byte> sector, ulong sequenceNumber) =>
        sector.StartsWith(Signature)
        && BinaryPrimitives.ReadUInt32LittleEndian(sector[SequenceHighOffset..]) == (uint)(sequenceNumber >> 32)
        && BinaryPrimitives.ReadUInt32LittleEndian(sector[SequenceLowOffset..])
            == (uint)(sequenceNumber & uint.MaxValue);

    /// <summary>Turns the sector into the page it carries, in place.</summary>
    public static void Restore(Span<byte> sector, in LogDescriptor descriptor)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sector, descriptor.LeadingBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[SequenceLowOffset..], descriptor.TrailingBytes);
    }

    /// <summary>Turns a page into its sector, in place, and gives the descriptor that restores it.</summary>
    public static LogDescriptor Stamp(Span<byte> page, ulong fileOffset, ulong sequenceNumber)
    {
        var descriptor = new LogDescriptor(
            IsZero: false,
            BinaryPrimitives.ReadUInt32LittleEndian(page[SequenceLowOffset..]),
            BinaryPrimitives.ReadUInt64LittleEndian(page),
            ZeroLengthBytes: 0,
            fileOffset,
            sequenceNumber);
        Signature.CopyTo(page);
        BinaryPrimitives.WriteUInt32LittleEndian(page[SequenceHighOffset..BodyOffset], (uint)(sequenceNumber >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(page[SequenceLowOffset..], (uint)(sequenceNumber & uint.MaxValue));
        return descriptor;
    }
}
