using System.Buffers.Binary;

namespace VhdxFuse.Support;

/// <summary>Numbers as the format stores them.</summary>
public static class LittleEndian
{
    public static byte[] Bytes(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bytes(ulong value) => Bytes(unchecked((long)value));

    public static byte[] Bytes(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bytes(uint value) => Bytes(unchecked((int)value));
}
