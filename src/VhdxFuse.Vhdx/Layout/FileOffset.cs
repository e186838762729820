using System;

namespace VhdxFuse.Vhdx.Layout;

/// <summary>A place in an image file, in bytes from its start; never negative.</summary>
/// <param name="Value">Bytes.</param>
public readonly record struct FileOffset(long Value) : IComparable<FileOffset>
{
    /// <summary>The place so many bytes further on.</summary>
    public static FileOffset operator +(FileOffset offset, long bytes) => new(checked(offset.Value + bytes));

    /// <summary>Whether one lies before the other.</summary>
    public static bool operator <(FileOffset left, FileOffset right) => left.Value < right.Value;

    /// <summary>Whether one lies behind the other.</summary>
    public static bool operator >(FileOffset left, FileOffset right) => left.Value > right.Value;

    /// <summary>Whether one lies before the other or on it.</summary>
    public static bool operator <=(FileOffset left, FileOffset right) => left.Value <= right.Value;

    /// <summary>Whether one lies behind the other or on it.</summary>
    public static bool operator >=(FileOffset left, FileOffset right) => left.Value >= right.Value;

    /// <summary>The place so many bytes further on.</summary>
    public FileOffset Add(long bytes) => this + bytes;

    /// <inheritdoc/>
    public int CompareTo(FileOffset other) => Value.CompareTo(other.Value);

    /// <summary>Hexadecimal, as error messages show it.</summary>
    public override string ToString() => $"0x{Value:x}";
}
