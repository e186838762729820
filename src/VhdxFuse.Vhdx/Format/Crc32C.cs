using System;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Format;

/// <summary>CRC-32C (Castagnoli), the checksum of every VHDX structure that has one. MS-VHDX 2.</summary>
internal sealed class Crc32C : NonCryptographicHashAlgorithm
{
    private const int SizeBytes = 4;
    private uint _state = uint.MaxValue;

    public Crc32C()
        : base(SizeBytes)
    {
    }

    /// <summary>The checksum of what was appended so far.</summary>
    public uint CurrentValue => ~_state;

    /// <summary>The checksum of a whole structure whose own checksum field counts as zero.</summary>
    public static uint OfStructure(ReadOnlySpan<byte> structure, int checksumFieldOffset)
    {
        uint state = Step(uint.MaxValue, structure[..checksumFieldOffset]);
        state = BitOperations.Crc32C(state, 0u);
        return ~Step(state, structure[(checksumFieldOffset + SizeBytes)..]);
    }

    public override void Append(ReadOnlySpan<byte> source) => _state = Step(_state, source);

    public override void Reset() => _state = uint.MaxValue;

    protected override void GetCurrentHashCore(Span<byte> destination) =>
        BinaryPrimitives.WriteUInt32LittleEndian(destination, CurrentValue);

    private static uint Step(uint state, ReadOnlySpan<byte> source)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(source);
        foreach (ulong word in words)
        {
            ulong inOrder = BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
            state = BitOperations.Crc32C(state, inOrder);
        }

        foreach (byte tail in source[(words.Length * sizeof(ulong))..])
        {
            state = BitOperations.Crc32C(state, tail);
        }

        return state;
    }
}
