using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Content of a 512-byte sector that says which write it came from and where it belongs. 0 is zeros.</summary>
internal static class SectorValue
{
    public const int SectorBytes = 512;

    /// <summary>What a sector shows that holds no value, or another sector's.</summary>
    public const ulong Garbage = ulong.MaxValue;

    /// <summary>From here on: what lay in the image before, by block.</summary>
    public const ulong FirstOriginal = 1000;

    /// <summary>From here on: what lies in free space, and must never be seen.</summary>
    public const ulong FirstStale = 1_000_000;

    public static void Fill(Span<byte> sector, long number, ulong value)
    {
        if (value == 0)
        {
            sector.Clear();
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(sector, value);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[8..], (ulong)number + 1);
        ulong rest = unchecked((value * 0x9E37_79B9_7F4A_7C15) ^ ((ulong)number * 0xC2B2_AE3D_27D4_EB4F)) | 1;
        MemoryMarshal.Cast<byte, ulong>(sector[16..]).Fill(rest);
    }

    public static ulong Of(ReadOnlySpan<byte> sector, long number)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(sector);
        Span<byte> whole = stackalloc byte[SectorBytes];
        Fill(whole, number, value);
        return sector.SequenceEqual(whole) ? value : Garbage;
    }

    public static string Describe(ulong value) => value switch
    {
        0 => "zeros",
        Garbage => "garbage",
        >= FirstStale => "old bytes of free space",
        >= FirstOriginal => "the original",
        _ => $"write {value}",
    };
}
