using System;
using System.Buffers.Binary;

namespace VhdxFuse.Support;

/// <summary>Content that says where it belongs: each 512-byte sector of a disk starts with its number and a seed, and
/// goes on with bytes that depend on both. A sector read from a wrong place, or from a wrong layer, shows.</summary>
public static class SectorStamp
{
    public const int SectorBytes = 512;

    /// <summary>Fills a range of the disk. Both ends may be anywhere.</summary>
    public static void Fill(long diskOffset, Span<byte> target, ulong seed)
    {
        Span<byte> sector = stackalloc byte[SectorBytes];
        while (!target.IsEmpty)
        {
            (long number, long within) = Math.DivRem(diskOffset, SectorBytes);
            FillSector(sector, (ulong)number, seed);
            int run = Math.Min(target.Length, SectorBytes - (int)within);
            sector.Slice((int)within, run).CopyTo(target);
            target = target[run..];
            diskOffset += run;
        }
    }

    private static void FillSector(Span<byte> sector, ulong number, ulong seed)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sector, number);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[8..], seed);
        ulong state = (number * 0x9E37_79B9_7F4A_7C15) ^ (seed * 0xC2B2_AE3D_27D4_EB4F) ^ 0x1656_67B1_9E37_79F9;
        for (int at = 16; at < SectorBytes; at += sizeof(ulong))
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            BinaryPrimitives.WriteUInt64LittleEndian(sector[at..], state);
        }
    }
}
