using System;
using System.Buffers.Binary;
using System.Text;

namespace VhdxFuse.Partitions;

/// <summary>One entry of a GUID partition table (UEFI 5.3.3). Addresses are in logical sectors.</summary>
/// <param name="Type">All zeros for an entry that isn't used.</param>
/// <param name="Id">The partition's identity.</param>
/// <param name="FirstSector">The first sector.</param>
/// <param name="LastSector">The last one, which belongs to it.</param>
/// <param name="Attributes">Bits.</param>
/// <param name="Name">For people; may hold anything.</param>
internal readonly record struct GptEntry(
    Guid Type, Guid Id, ulong FirstSector, ulong LastSector, ulong Attributes, string Name)
{
    public const int SizeBytes = 128;
    private const int GuidBytes = 16;
    private const int NameAt = 56;
    private const int NameBytes = 72;

    /// <param name="source">At least <see cref="SizeBytes"/>.</param>
    public static GptEntry Read(ReadOnlySpan<byte> source)
    {
        string name = Encoding.Unicode.GetString(source.Slice(NameAt, NameBytes));
        int end = name.IndexOf('\0', StringComparison.Ordinal);
        return new GptEntry(
            new Guid(source[..GuidBytes]),
            new Guid(source.Slice(GuidBytes, GuidBytes)),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[48..]),
            end < 0 ? name : name[..end]);
    }
}
