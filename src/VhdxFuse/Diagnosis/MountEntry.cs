using System;
using System.Collections.Generic;
using System.Text;

namespace VhdxFuse.Diagnosis;

/// <summary>A mount, from a line of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="Point">Where.</param>
/// <param name="Options">Of the mount, then of the file system.</param>
/// <param name="IsShared">Whether what is mounted below shows in other namespaces.</param>
/// <param name="Type">The file system's name.</param>
/// <param name="Source">What was mounted.</param>
internal sealed record MountEntry(string Point, string Options, bool IsShared, string Type, string Source)
{
    private const int PointField = 4;
    private const int OptionsField = 5;
    private const int FirstOptionalField = 6;
    private const int FieldsBehindSeparator = 3;
    private const int OctalDigits = 3;
    private const int OctalBase = 8;

    public bool IsFuse => Type is "fuse" or "fuseblk" || Type.StartsWith("fuse.", StringComparison.Ordinal);

    public bool IsReadOnly => HasOption("ro");

    /// <summary>Reads a table; lines that aren't such are left out.</summary>
    public static IReadOnlyList<MountEntry> ParseAll(string? table)
    {
        var entries = new List<MountEntry>();
        foreach (string line in (table ?? "").Split('\n'))
        {
            string[] fields = line.Split(' ');
            int separator = fields.Length > FirstOptionalField ? Array.IndexOf(fields, "-", FirstOptionalField) : -1;
            if (separator < 0 || separator + FieldsBehindSeparator >= fields.Length)
            {
                continue;
            }

            entries.Add(new MountEntry(
                Unescape(fields[PointField]),
                $"{fields[OptionsField]},{fields[separator + FieldsBehindSeparator]}",
                Array.Exists(
                    fields[FirstOptionalField..separator],
                    field => field.StartsWith("shared:", StringComparison.Ordinal)),
                fields[separator + 1],
                Unescape(fields[separator + 2])));
        }

        return entries;
    }

    /// <summary>The mount that a path lies on: the deepest, of several at one place the topmost.</summary>
    /// <param name="mounts">In the table's order.</param>
    /// <param name="path">Absolute, without links.</param>
    public static MountEntry? Holding(IReadOnlyList<MountEntry> mounts, string path)
    {
        MountEntry? holding = null;
        foreach (MountEntry mount in mounts)
        {
            bool holds = mount.Point is "/"
                || string.Equals(path, mount.Point, StringComparison.Ordinal)
                || path.StartsWith($"{mount.Point}/", StringComparison.Ordinal);
            if (holds && mount.Point.Length >= (holding?.Point.Length ?? 0))
            {
                holding = mount;
            }
        }

        return holding;
    }

    public bool HasOption(string option) =>
        Array.IndexOf(Options.Split(','), option) >= 0;

    // Blank, tab, newline and backslash stand as \ and three octal digits.
    private static string Unescape(string field)
    {
        var plain = new StringBuilder(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && TryReadOctal(field.AsSpan(i + 1), out char character))
            {
                plain.Append(character);
                i += OctalDigits;
            }
            else
            {
                plain.Append(field[i]);
            }
        }

        return plain.ToString();
    }

    private static bool TryReadOctal(ReadOnlySpan<char> text, out char character)
    {
        int value = 0;
        bool isOctal = text.Length >= OctalDigits && text[..OctalDigits].IndexOfAnyExceptInRange('0', '7') < 0;
        for (int i = 0; isOctal && i < OctalDigits; i++)
        {
            value = (value * OctalBase) + text[i] - '0';
        }

        character = (char)value;
        return isOctal;
    }
}
