using System;
using System.Globalization;

namespace VhdxFuse.Diagnosis;

/// <summary>Finds values in texts of lines that start with a name: <c>CapEff:	0000…</c>.</summary>
internal static class FieldText
{
    /// <summary>What stands behind a name at the start of a line, without blanks around it.</summary>
    /// <returns>Empty when no line starts with the name.</returns>
    public static ReadOnlySpan<char> ValueOf(ReadOnlySpan<char> text, ReadOnlySpan<char> name)
    {
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return line[name.Length..].Trim();
            }
        }

        return [];
    }

    /// <summary>The number that a text starts with; null when it starts with none.</summary>
    public static long? NumberIn(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> digits = end < 0 ? text : text[..end];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    }
}
