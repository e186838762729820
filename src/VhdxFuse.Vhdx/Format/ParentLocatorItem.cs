using System;
using System.Buffers.Binary;
using System.Text;

namespace VhdxFuse.Vhdx.Format;

/// <summary>The raw parent locator item: a table of places of keys and values. MS-VHDX 2.6.2.6.</summary>
internal static class ParentLocatorItem
{
    public const int HeaderBytes = 20;
    public const int EntryBytes = 12;

    /// <summary>The only locator type that is a VHDX parent.</summary>
    public static readonly Guid VhdxLocatorType = new("B04AEFB7-D19E-4A81-B789-25B8E9445913");

    private static readonly UnicodeEncoding StrictUtf16 =
        new(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true);

    public static Guid TypeOf(ReadOnlySpan<byte> item) => new(item[..16]);

    public static ushort CountOf(ReadOnlySpan<byte> item) => BinaryPrimitives.ReadUInt16LittleEndian(item[18..]);

    /// <summary>Entry <paramref name="index"/>: where its key and value lie in the item. Not yet judged.</summary>
    public static (uint KeyOffset, uint ValueOffset, ushort KeyBytes, ushort ValueBytes) EntryAt(
        ReadOnlySpan<byte> item, int index)
    {
        ReadOnlySpan<byte> entry = item[(HeaderBytes + (index * EntryBytes))..];
        return (
            BinaryPrimitives.ReadUInt32LittleEndian(entry),
            BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]));
    }

    /// <summary>Decodes a string: no terminator counted, no NUL inside (R-PAR-1).</summary>
    /// <returns>False for odd lengths, lone surrogates and embedded NULs.</returns>
    public static bool TryReadText(ReadOnlySpan<byte> source, out string text)
    {
        text = "";
        if (source.Length == 0 || source.Length % sizeof(char) != 0)
        {
            return false;
        }

        try
        {
            text = StrictUtf16.GetString(source);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        return !text.Contains('\0', StringComparison.Ordinal);
    }

    /// <summary>Encodes pairs in the order given: key, value, key, value … right behind the table.</summary>
    public static byte[] Write(params ReadOnlySpan<(string Key, string Value)> pairs)
    {
        int size = HeaderBytes + (pairs.Length * EntryBytes);
        int at = size;
        foreach ((string key, string value) in pairs)
        {
            size += (key.Length + value.Length) * sizeof(char);
        }

        byte[] item = new byte[size];
        VhdxLocatorType.TryWriteBytes(item);
        BinaryPrimitives.WriteUInt16LittleEndian(item.AsSpan(18), (ushort)pairs.Length);
        Span<byte> entry = item.AsSpan(HeaderBytes);
        foreach ((string key, string value) in pairs)
        {
            int keyBytes = Encoding.Unicode.GetBytes(key, item.AsSpan(at));
            int valueBytes = Encoding.Unicode.GetBytes(value, item.AsSpan(at + keyBytes));
            BinaryPrimitives.WriteInt32LittleEndian(entry, at);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], at + keyBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], (ushort)keyBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[10..], (ushort)valueBytes);
            entry = entry[EntryBytes..];
            at += keyBytes + valueBytes;
        }

        return item;
    }
}
