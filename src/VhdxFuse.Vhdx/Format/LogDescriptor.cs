using System;
using System.Buffers.Binary;

namespace VhdxFuse.Vhdx.Format;

/// <summary>What one log entry does to one place of the file: a page of data, or a range of zeros.
/// MS-VHDX 2.3.1.2 and 2.3.1.3.</summary>
/// <param name="IsZero">A zero descriptor; else a data descriptor.</param>
/// <param name="TrailingBytes">Data: bytes 4092–4095 of the page, in the order of the file.</param>
/// <param name="LeadingBytes">Data: bytes 0–7 of the page, in the order of the file.</param>
/// <param name="ZeroLengthBytes">Zero: how much is zeroed; a range, never materialised.</param>
/// <param name="FileOffset">Target, in bytes. Not yet judged.</param>
/// <param name="SequenceNumber">Must be the entry's.</param>
internal readonly record struct LogDescriptor(
    bool IsZero, uint TrailingBytes, ulong LeadingBytes, ulong ZeroLengthBytes, ulong FileOffset, ulong SequenceNumber)
{
    public const int SizeBytes = 32;

    private static ReadOnlySpan<byte> DataSignature => "desc"u8;

    private static ReadOnlySpan<byte> ZeroSignature => "zero"u8;

    /// <summary>How many bytes of the file the descriptor changes.</summary>
    public ulong TargetLengthBytes => IsZero ? ZeroLengthBytes : LogDataSector.SizeBytes;

    /// <summary>False when the signature is neither (R-LOG-6).</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out LogDescriptor descriptor)
    {
        bool zero = source.StartsWith(ZeroSignature);
        descriptor = default;
        if (source.Length < SizeBytes || !(zero || source.StartsWith(DataSignature)))
        {
            return false;
        }

        ulong second = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        descriptor = new(
            zero,
            zero ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(source[4..]),
            zero ? 0 : second,
            zero ? second : 0,
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));
        return true;
    }

    public void Write(Span<byte> target)
    {
        (IsZero ? ZeroSignature : DataSignature).CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], TrailingBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], IsZero ? ZeroLengthBytes : LeadingBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], FileOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], SequenceNumber);
    }
}
