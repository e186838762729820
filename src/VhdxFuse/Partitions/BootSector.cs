using System;
using System.Buffers.Binary;
using System.Numerics;

namespace VhdxFuse.Partitions;

/// <summary>The first sector of a FAT, exFAT or NTFS file system. It ends with the mark of a master boot record, and
/// has code or text where that has its entries.</summary>
internal static class BootSector
{
    private const int NameAt = 3;
    private const int BytesPerSectorAt = 11;
    private const int SectorsPerClusterAt = 13;
    private const int ReservedSectorsAt = 14;
    private const int FatCountAt = 16;
    private const int MediaAt = 21;
    private const byte LowestMedia = 0xf0;

    public static bool IsOne(ReadOnlySpan<byte> sector)
    {
        ReadOnlySpan<byte> name = sector[NameAt..];
        if (name.StartsWith("NTFS    "u8) || name.StartsWith("EXFAT   "u8))
        {
            return true;
        }

        // FAT has no mark of its own: its parameters have to make sense.
        int bytesPerSector = BinaryPrimitives.ReadUInt16LittleEndian(sector[BytesPerSectorAt..]);
        return bytesPerSector is 512 or 1024 or 2048 or 4096
            && BitOperations.IsPow2(sector[SectorsPerClusterAt])
            && BinaryPrimitives.ReadUInt16LittleEndian(sector[ReservedSectorsAt..]) > 0
            && sector[FatCountAt] is 1 or 2
            && sector[MediaAt] is LowestMedia or >= LowestMedia + 8;
    }
}
