using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace VhdxFuse.Vhdx.Format;

/// <summary>One of the two region tables. MS-VHDX 2.2.3.</summary>
/// <param name="Entries">In the order of the file; their values aren't judged here.</param>
internal readonly record struct RegionTable(IReadOnlyList<RegionTableEntry> Entries)
{
    public const int SizeBytes = 64 * 1024;
    public const int MaxEntryCount = 2047;
    public const int EntriesOffset = 16;
    private const int ChecksumOffset = 4;
    private const int EntryCountOffset = 8;

    private static ReadOnlySpan<byte> Signature => "regi"u8;

    /// <summary>A copy is valid when signature and checksum over all 64 KiB match (R-REG-2).</summary>
    public static bool IsValid(ReadOnlySpan<byte> source) =>
        source.Length >= SizeBytes && source.StartsWith(Signature)
        && BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumOffset..])
            == Crc32C.OfStructure(source[..SizeBytes], ChecksumOffset);

    /// <summary>The number of entries as the file says it: more than <see cref="MaxEntryCount"/> can't be
    /// read.</summary>
    public static uint EntryCountOf(ReadOnlySpan<byte> source) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source[EntryCountOffset..]);

    /// <summary>Decodes the entries of a valid copy.</summary>
    /// <returns>False when it is not valid or names more entries than it can hold (R-REG-3).</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out RegionTable table)
    {
        table = default;
        if (!IsValid(source) || EntryCountOf(source) > MaxEntryCount)
        {
            return false;
        }

        var entries = new RegionTableEntry[EntryCountOf(source)];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = RegionTableEntry.Read(source[(EntriesOffset + (i * RegionTableEntry.SizeBytes))..]);
        }

        table = new(entries);
        return true;
    }

    public void Write(Span<byte> target)
    {
        target = target[..SizeBytes];
        target.Clear();
        Signature.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[EntryCountOffset..], Entries.Count);
        for (int i = 0; i < Entries.Count; i++)
        {
            Entries[i].Write(target[(EntriesOffset + (i * RegionTableEntry.SizeBytes))..]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumOffset..], Crc32C.OfStructure(target, ChecksumOffset));
    }
}
