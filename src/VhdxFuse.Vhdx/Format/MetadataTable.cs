using System;
using System.Buffers.Binary;

namespace VhdxFuse.Vhdx.Format;

/// <summary>The head of the metadata table: the first 64 KiB of the metadata region. MS-VHDX 2.6.1.</summary>
/// <param name="EntryCount">As the file says it: not yet judged.</param>
internal readonly record struct MetadataTable(ushort EntryCount)
{
    public const int SizeBytes = 64 * 1024;
    public const int MaxEntryCount = 2047;
    public const int EntriesOffset = 32;

    private static ReadOnlySpan<byte> Signature => "metadata"u8;

    /// <summary>False when the signature is another.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out MetadataTable table)
    {
        table = default;
        if (source.Length < EntriesOffset || !source.StartsWith(Signature))
        {
            return false;
        }

        table = new(BinaryPrimitives.ReadUInt16LittleEndian(source[10..]));
        return true;
    }

    public void Write(Span<byte> target)
    {
        target[..EntriesOffset].Clear();
        Signature.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[10..], EntryCount);
    }
}
