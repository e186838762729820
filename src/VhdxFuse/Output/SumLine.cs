using System;
using System.Text;

namespace VhdxFuse.Output;

/// <summary>A line of a file of checksums, as coreutils write and check them.</summary>
/// <param name="Algorithm">As <see cref="RunningHash.Names"/> has it.</param>
/// <param name="Hex">The hash.</param>
/// <param name="Name">Of the file.</param>
internal readonly record struct SumLine(string Algorithm, string Hex, string Name)
{
    private const string TagEnd = ") = ";

    private bool NameHasEscapes => Name.AsSpan().ContainsAny("\\\n\r");

    // A backslash before the line says that the name holds escapes.
    private string EscapeMark => NameHasEscapes ? "\\" : "";

    /// <summary><c>HEX  NAME</c>, as <c>sha256sum -c</c> takes it: it knows the algorithm.</summary>
    public string Plain => $"{EscapeMark}{Hex}  {Escape(Name)}";

    /// <summary><c>SHA256 (NAME) = HEX</c>, for files with several algorithms: each checker takes its own lines.
    /// </summary>
    public string Tagged => $"{EscapeMark}{Algorithm.ToUpperInvariant()} ({Escape(Name)}) = {Hex}";

    /// <summary>Reads a line of either form. In the plain one the length tells the algorithm.</summary>
    /// <returns>False for a remark, and for whatever is no such line.</returns>
    public static bool TryParse(string line, out SumLine sum)
    {
        bool isEscaped = line.StartsWith('\\');
        string text = isEscaped ? line[1..] : line;
        int tag = text.IndexOf(" (", StringComparison.Ordinal);
        int end = text.LastIndexOf(TagEnd, StringComparison.Ordinal);
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        (string algorithm, string hex, string name) = ("", "", "");
        if (tag > 0 && tag == blank && end > tag)
        {
            algorithm = text[..tag].ToLowerInvariant();
            hex = text[(end + TagEnd.Length)..];
            name = text[(tag + 2)..end];
        }
        else if (blank > 0 && blank + 2 < text.Length && text[blank + 1] is ' ' or '*')
        {
            hex = text[..blank];
            name = text[(blank + 2)..];
            algorithm = RunningHash.NameOf(hex) ?? "";
        }

        sum = new SumLine(algorithm, hex, isEscaped ? Unescape(name) : name);
        return RunningHash.Fits(algorithm, hex);
    }

    /// <summary>Whether a line that can't be read is about a file all the same: it holds the name as a word, and is no
    /// remark.</summary>
    public static bool Mentions(string line, string name)
    {
        string text = line.StartsWith('\\') ? Unescape(line[1..]) : line;
        int at = text.StartsWith('#') ? -1 : text.IndexOf(name, StringComparison.Ordinal);
        while (at >= 0)
        {
            int end = at + name.Length;
            if ((at == 0 || text[at - 1] is ' ' or '\t' or '*' or '/' or '(')
                && (end == text.Length || text[end] is ' ' or '\t' or ')'))
            {
                return true;
            }

            at = text.IndexOf(name, at + 1, StringComparison.Ordinal);
        }

        return false;
    }

    private static string Escape(string name) => name
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);

    private static string Unescape(string name)
    {
        var plain = new StringBuilder(name.Length);
        for (int i = 0; i < name.Length; i++)
        {
            bool isEscape = name[i] == '\\' && i + 1 < name.Length;
            i += isEscape ? 1 : 0;
            plain.Append((isEscape, name[i]) switch
            {
                (true, 'n') => '\n',
                (true, 'r') => '\r',
                _ => name[i],
            });
        }

        return plain.ToString();
    }
}
