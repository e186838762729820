using System;
using System.Buffers.Binary;

namespace VhdxFuse.Partitions;

/// <summary>One of the four entries of a master or extended boot record.</summary>
/// <param name="Status">0x80 for the active one, else 0.</param>
/// <param name="Type">0 for an empty entry.</param>
/// <param name="FirstSector">In logical sectors. From where depends on the record.</param>
/// <param name="SectorCount">0 for an empty entry.</param>
internal readonly record struct MbrEntry(byte Status, byte Type, uint FirstSector, uint SectorCount)
{
    public const int SizeBytes = 16;
    public const byte Active = 0x80;
    public const byte GptProtective = 0xee;

    public bool IsEmpty => Type == 0 || SectorCount == 0;

    /// <summary>Whether it holds a chain of logical partitions.</summary>
    public bool IsExtended => Type is 0x05 or 0x0f or 0x85;

    public static MbrEntry Read(ReadOnlySpan<byte> source) => new(
        source[0],
        source[4],
        BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[12..]));
}
