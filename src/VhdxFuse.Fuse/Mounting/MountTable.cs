using System;
using System.IO;
using System.Linq;
using System.Text;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>/proc/self/mountinfo: what is mounted where. Reading it touches no file system.</summary>
internal static class MountTable
{
    private const string Path = "/proc/self/mountinfo";
    private const int DeviceField = 2;
    private const int MountPointField = 4;
    private const int FirstTag = 6; // of those that end with a lone -
    private const int OctalDigits = 3;

    /// <summary>Whether what is mounted at the path is seen by other mount namespaces too.</summary>
    public static bool IsShared(string mountPoint) =>
        File.Exists(Path) && IsShared(mountPoint, File.ReadAllText(Path));

    /// <summary>The same, from the table's text.</summary>
    public static bool IsShared(string mountPoint, string table) =>
        LineOf(mountPoint, table)
            .Skip(FirstTag)
            .TakeWhile(field => field is not "-")
            .Any(field => field.StartsWith("shared:", StringComparison.Ordinal));

    /// <summary>The device number (<c>MAJOR:MINOR</c>) of what is mounted at the path; of several, the
    /// topmost.</summary>
    /// <returns>Null when nothing is mounted there.</returns>
    public static string? DeviceAt(string mountPoint) =>
        File.Exists(Path) ? DeviceAt(mountPoint, File.ReadAllText(Path)) : null;

    /// <summary>The same, from the table's text.</summary>
    public static string? DeviceAt(string mountPoint, string table)
    {
        ReadOnlySpan<string> fields = LineOf(mountPoint, table);
        return fields.IsEmpty ? null : fields[DeviceField];
    }

    // Its fields; none when nothing is mounted there. Later lines lie on top of earlier ones.
    private static string[] LineOf(string mountPoint, string table)
    {
        string[] found = [];
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ');
            if (fields.Length > MountPointField
                && string.Equals(Unescape(fields[MountPointField]), mountPoint, StringComparison.Ordinal))
            {
                found = fields;
            }
        }

        return found;
    }

    // Blank, tab, newline and backslash stand as \ and three octal digits.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        var plain = new StringBuilder();
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + OctalDigits < field.Length)
            {
                _ = plain.Append((char)Convert.ToInt32(field.Substring(i + 1, OctalDigits), 8));
                i += OctalDigits;
            }
            else
            {
                _ = plain.Append(field[i]);
            }
        }

        return plain.ToString();
    }
}
