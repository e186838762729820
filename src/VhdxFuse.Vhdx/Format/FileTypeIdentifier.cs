using System;
using System.Runtime.InteropServices;
using System.Text;

namespace VhdxFuse.Vhdx.Format;

/// <summary>The first structure of a file: says that it is VHDX and who made it. MS-VHDX 2.2.1.</summary>
/// <param name="Creator">Diagnostic only; nothing may depend on it (R-FTI-3).</param>
internal readonly record struct FileTypeIdentifier(string Creator)
{
    public const int SizeBytes = CreatorOffset + CreatorBytes;
    private const int CreatorOffset = 8;
    private const int CreatorBytes = 512;

    private static ReadOnlySpan<byte> Signature => "vhdxfile"u8;

    /// <summary>False when <paramref name="source"/> doesn't start with the signature (R-FTI-1).</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out FileTypeIdentifier identifier)
    {
        identifier = default;
        if (source.Length < SizeBytes || !source.StartsWith(Signature))
        {
            return false;
        }

        // R-FTI-3: up to the first NUL or 256 units, lone surrogates replaced, never a reason to fail.
        ReadOnlySpan<byte> text = source.Slice(CreatorOffset, CreatorBytes);
        int units = MemoryMarshal.Cast<byte, ushort>(text).IndexOf((ushort)0);
        identifier = new(Encoding.Unicode.GetString(units < 0 ? text : text[..(units * sizeof(char))]));
        return true;
    }

    public void Write(Span<byte> target)
    {
        target[..SizeBytes].Clear();
        Signature.CopyTo(target);
        int units = Math.Min(Creator.Length, (CreatorBytes / sizeof(char)) - 1);
        Encoding.Unicode.GetBytes(Creator.AsSpan(0, units), target[CreatorOffset..]);
    }
}
