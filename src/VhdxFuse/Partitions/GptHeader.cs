using System;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace VhdxFuse.Partitions;

/// <summary>The header of a GUID partition table (UEFI 5.3.2). Addresses are in logical sectors.</summary>
/// <param name="OwnSector">Where it says that it lies.</param>
/// <param name="OtherSector">Where it says that its copy lies.</param>
/// <param name="FirstUsable">The first sector that partitions may have.</param>
/// <param name="LastUsable">The last one.</param>
/// <param name="DiskId">The disk's identity.</param>
/// <param name="EntriesSector">Where the array of entries starts.</param>
/// <param name="EntryCount">Of the array, used or not.</param>
/// <param name="EntrySizeBytes">At least that of <see cref="GptEntry"/>.</param>
/// <param name="EntriesChecksum">CRC-32 over the array.</param>
internal readonly record struct GptHeader(
    ulong OwnSector,
    ulong OtherSector,
    ulong FirstUsable,
    ulong LastUsable,
    Guid DiskId,
    ulong EntriesSector,
    uint EntryCount,
    uint EntrySizeBytes,
    uint EntriesChecksum)
{
    public const int SizeBytes = 92;
    private const int HeaderSizeAt = 12;
    private const int ChecksumAt = 16;
    private const int GuidBytes = 16;

    private static ReadOnlySpan<byte> Signature => "EFI PART"u8;

    /// <summary>Whether a sector starts like a header, be it damaged.</summary>
    public static bool IsSigned(ReadOnlySpan<byte> sector) => sector.StartsWith(Signature);

    /// <param name="sector">A whole logical sector.</param>
    /// <param name="header">The fields, whose relations nobody has judged yet.</param>
    /// <returns>False without signature, with a size that can't be, or when the checksum is wrong.</returns>
    public static bool TryRead(ReadOnlySpan<byte> sector, out GptHeader header)
    {
        header = default;
        if (sector.Length < SizeBytes || !IsSigned(sector))
        {
            return false;
        }

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(sector[HeaderSizeAt..]);
        if (size < SizeBytes || size > sector.Length
            || ChecksumOf(sector[..(int)size]) != BinaryPrimitives.ReadUInt32LittleEndian(sector[ChecksumAt..]))
        {
            return false;
        }

        header = new GptHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(sector[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(sector[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(sector[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(sector[48..]),
            new Guid(sector.Slice(56, GuidBytes)),
            BinaryPrimitives.ReadUInt64LittleEndian(sector[72..]),
            BinaryPrimitives.ReadUInt32LittleEndian(sector[80..]),
            BinaryPrimitives.ReadUInt32LittleEndian(sector[84..]),
            BinaryPrimitives.ReadUInt32LittleEndian(sector[88..]));
        return true;
    }

    // The checksum's own field counts as zero.
    private static uint ChecksumOf(ReadOnlySpan<byte> header)
    {
        var crc = new Crc32();
        crc.Append(header[..ChecksumAt]);
        crc.Append(stackalloc byte[sizeof(uint)]);
        crc.Append(header[(ChecksumAt + sizeof(uint))..]);
        return crc.GetCurrentHashAsUInt32();
    }
}
