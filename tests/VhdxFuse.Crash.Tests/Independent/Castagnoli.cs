using System;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>CRC-32C from its polynomial, by a table of its own: the engine's comes from the processor.</summary>
internal static class Castagnoli
{
    private const uint Polynomial = 0x82F6_3B78; // reflected
    private static readonly uint[] Table = MakeTable();

    /// <summary>Of a structure whose checksum at <paramref name="checksumAt"/> counts as zero.</summary>
    public static uint Of(ReadOnlySpan<byte> structure, int checksumAt)
    {
        uint crc = Continue(uint.MaxValue, structure[..checksumAt]);
        crc = Continue(crc, stackalloc byte[sizeof(uint)]);
        return ~Continue(crc, structure[(checksumAt + sizeof(uint))..]);
    }

    private static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint value = 0; value < table.Length; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }

            table[value] = crc;
        }

        return table;
    }
}
