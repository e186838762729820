using System;
using System.IO;
using System.Text;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>/proc/self/mountinfo: what is mounted where. Reading it touches no file system.</summary>
internal static class MountTable
{
    private const string Path = "/proc/self/mountinfo";
    private const int DeviceField = 2;
    private const int MountPointField = 4;
    private const int OctalDigits = 3;

    /// <summary>The device number (<c>MAJOR:MINOR</c>) of what is mounted at the path; of several, the
    /// topmost.</summary>
    /// <returns>Null when nothing is mounted there.</returns>
    public static string? DeviceAt(string mountPoint) =>
        File.Exists(Path) ? DeviceAt(mountPoint, File.ReadAllText(Path)) : null;

    /// <summary>The same, from the table's text.</summary>
    public static string? DeviceAt(string mountPoint, string table)
    {
        string? device = null;
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ');
            if (fields.Length > MountPointField
                && string.Equals(Unescape(fields[MountPointField]), mountPoint, StringComparison.Ordinal))
            {
                device = fields[DeviceField];
            }
        }

        return device;
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
