using System;
using System.Buffers.Binary;

namespace VhdxFuse.Partitions;

/// <summary>A master boot record, or one of the extended boot records that have the same shape.</summary>
/// <param name="DiskSignature">Only of a master boot record.</param>
/// <param name="Entries">Four.</param>
internal readonly record struct MbrSector(uint DiskSignature, MbrEntry[] Entries)
{
    public const int SizeBytes = 512;
    private const int DiskSignatureAt = 440;
    private const int EntriesAt = 446;
    private const int EntryCount = 4;
    private const int MarkAt = 510;
    private const ushort Mark = 0xaa55;

    /// <returns>False without the mark at the end.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out MbrSector sector)
    {
        sector = default;
        if (source.Length < SizeBytes || BinaryPrimitives.ReadUInt16LittleEndian(source[MarkAt..]) != Mark)
        {
            return false;
        }

        var entries = new MbrEntry[EntryCount];
        for (int i = 0; i < EntryCount; i++)
        {
            entries[i] = MbrEntry.Read(source[(EntriesAt + (i * MbrEntry.SizeBytes))..]);
        }

        sector = new MbrSector(BinaryPrimitives.ReadUInt32LittleEndian(source[DiskSignatureAt..]), entries);
        return true;
    }
}
