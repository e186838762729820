using System;

namespace VhdxFuse.Fuse.Session;

/// <summary>Joins a directory's path and a name.</summary>
internal static class NodePath
{
    /// <summary>The longest path served, as in the kernel (PATH_MAX).</summary>
    public const int MaxBytes = 4096;

    private const byte Slash = (byte)'/';

    /// <summary>Whether the bytes can be a name: not empty, no slash, no NUL, neither <c>.</c> nor <c>..</c>.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && !name.ContainsAny(Slash, (byte)0) && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8);

    /// <summary>Writes <c>directory/name</c> into <paramref name="target"/>.</summary>
    /// <returns>False when it doesn't fit.</returns>
    public static bool TryJoin(
        ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, Span<byte> target, out ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> prefix = directory.TrimEnd(Slash);
        int length = prefix.Length + 1 + name.Length;
        if (length > target.Length)
        {
            path = default;
            return false;
        }

        prefix.CopyTo(target);
        target[prefix.Length] = Slash;
        name.CopyTo(target[(prefix.Length + 1)..]);
        path = target[..length];
        return true;
    }
}
