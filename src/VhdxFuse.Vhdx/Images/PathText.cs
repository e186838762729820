using System;
using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// File names as text and as the kernel has them: bytes. A byte that isn't UTF-8 becomes the lone surrogate
/// U+DC80–U+DCFF and back again, so that every name survives the round trip and no two become one.
/// </summary>
internal static class PathText
{
    /// <summary>Where a process finds its own descriptors.</summary>
    public const string ProcDescriptorFolder = "/proc/self/fd/";

    /// <summary>The other name of that folder.</summary>
    public const string DevDescriptorFolder = "/dev/fd/";

    private const char FirstEscapedByte = '\udc80';
    private const char LastEscapedByte = '\udcff';
    private const int EscapeBase = 0xdc00;

    /// <summary>As the kernel wants it, ended by a NUL.</summary>
    /// <param name="text">Must hold no NUL itself.</param>
    public static byte[] ToBytes(string text)
    {
        Invariant.Holds(!text.Contains('\0', StringComparison.Ordinal));

        // A UTF-16 unit is at most three bytes of UTF-8; the last place stays zero.
        byte[] bytes = new byte[(text.Length * 3) + 1];
        int length = 0;
        for (int i = 0; i < text.Length;)
        {
            if (text[i] is >= FirstEscapedByte and <= LastEscapedByte)
            {
                bytes[length++] = (byte)(text[i] - EscapeBase);
                i++;
                continue;
            }

            // Other lone surrogates name nothing: they come out as U+FFFD.
            Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int used);
            length += rune.EncodeToUtf8(bytes.AsSpan(length));
            i += used;
        }

        return bytes[..(length + 1)];
    }

    /// <summary>The text of a name that came from the kernel, without its NUL.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                for (int i = 0; i < used; i++)
                {
                    text.Append((char)(EscapeBase + bytes[i]));
                }
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    /// <summary>Whether the text is Unicode throughout: a name that an image may ask for.</summary>
    public static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                return false;
            }

            i += rune.Utf16SequenceLength;
        }

        return true;
    }

    /// <summary>Whether the path names one of our own descriptors: <c>/dev/fd/N</c> or <c>/proc/self/fd/N</c>.</summary>
    public static bool IsDescriptor(string path, out ReadOnlySpan<char> number)
    {
        number = default;
        foreach (string folder in (ReadOnlySpan<string>)[ProcDescriptorFolder, DevDescriptorFolder])
        {
            if (path.StartsWith(folder, StringComparison.Ordinal))
            {
                number = path.AsSpan(folder.Length);
            }
        }

        return !number.IsEmpty && !number.ContainsAnyExceptInRange('0', '9');
    }
}
