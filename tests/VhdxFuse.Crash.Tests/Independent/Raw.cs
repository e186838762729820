using System;
using System.Buffers.Binary;
using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>Numbers in a file, little-endian, and the complaint when they are wrong.</summary>
internal static class Raw
{
    public const long MiB = 1 << 20;

    public static byte[] Bytes(this PagedBytes file, long at, int length)
    {
        byte[] bytes = new byte[length];
        Demand(file.Read(at, bytes) == length, $"0x{length:x} bytes at 0x{at:x} reach past the end");
        return bytes;
    }

    public static ulong U64(this PagedBytes file, long at) => U64(file.Bytes(at, sizeof(ulong)), 0);

    public static ulong U64(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    public static uint U32(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    public static bool Starts(ReadOnlySpan<byte> bytes, string signature)
    {
        for (int i = 0; i < signature.Length; i++)
        {
            if (bytes[i] != signature[i])
            {
                return false;
            }
        }

        return true;
    }

    public static void Demand(bool holds, string complaint)
    {
        if (!holds)
        {
            throw new BadImageException(complaint);
        }
    }
}
