using System;

namespace VhdxFuse.House.Tests;

/// <summary>Blanks comments, strings and characters out of C# text; what remains is code. Line breaks stay.</summary>
/// <remarks>
/// A string in the hole of an interpolated string ends it early; quotes come in pairs, so the rest is read right.
/// </remarks>
internal static class CodeText
{
    public static string WithoutCommentsAndLiterals(string text)
    {
        char[] result = text.ToCharArray();
        int position = 0;
        while (position < text.Length)
        {
            int end = EndOfBlank(text, position);
            for (int index = position; index < end; index++)
            {
                if (result[index] != '\n')
                {
                    result[index] = ' ';
                }
            }

            position = Math.Max(end, position + 1);
        }

        return new string(result);
    }

    /// <returns>Where the comment or literal that starts here ends; <paramref name="start"/> when none does.</returns>
    private static int EndOfBlank(string text, int start)
    {
        ReadOnlySpan<char> rest = text.AsSpan(start);
        if (rest.StartsWith("//"))
        {
            return After(text, start, "\n", includeMark: false);
        }

        if (rest.StartsWith("/*"))
        {
            return After(text, start + 2, "*/");
        }

        if (rest.StartsWith("\"\"\""))
        {
            int quotes = rest.IndexOfAnyExcept('"') is var count and >= 0 ? count : rest.Length;
            return After(text, start + quotes, new string('"', quotes));
        }

        return rest[0] switch
        {
            '"' when IsVerbatim(text, start) => EndOfVerbatim(text, start + 1),
            '"' or '\'' => EndOfQuoted(text, start),
            _ => start,
        };
    }

    private static bool IsVerbatim(string text, int quote) =>
        quote > 0 && (text[quote - 1] == '@' || (quote > 1 && text[quote - 1] == '$' && text[quote - 2] == '@'));

    private static int EndOfVerbatim(string text, int position)
    {
        while (position < text.Length && (text[position] != '"' || text.AsSpan(position).StartsWith("\"\"")))
        {
            position += text[position] == '"' ? 2 : 1;
        }

        return Math.Min(position + 1, text.Length);
    }

    private static int EndOfQuoted(string text, int start)
    {
        int position = start + 1;
        while (position < text.Length && text[position] != text[start] && text[position] != '\n')
        {
            position += text[position] == '\\' ? 2 : 1;
        }

        return Math.Min(position + 1, text.Length);
    }

    private static int After(string text, int start, string mark, bool includeMark = true)
    {
        int found = text.IndexOf(mark, start, StringComparison.Ordinal);
        return found < 0 ? text.Length : found + (includeMark ? mark.Length : 0);
    }
}
