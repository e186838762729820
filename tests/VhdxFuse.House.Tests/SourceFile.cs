using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace VhdxFuse.House.Tests;

/// <summary>One C# file: its lines as written, and the same lines with comments and literals blanked out.</summary>
internal sealed class SourceFile(string path, string text)
{
    public string Path { get; } = path;

    public string Text { get; } = text;

    public IReadOnlyList<string> Lines { get; } = SplitLines(text);

    /// <summary>Line for line the same length as <see cref="Lines"/>, so that positions agree.</summary>
    public IReadOnlyList<string> CodeLines { get; } = SplitLines(CodeText.WithoutCommentsAndLiterals(text));

    /// <summary>The type the file is named after.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>`path:line: text` for each line of code that matches.</summary>
    public IEnumerable<string> CodeMatching(Regex pattern) => Matching(CodeLines, pattern);

    /// <summary>The same over the lines as written, comments and literals included.</summary>
    public IEnumerable<string> TextMatching(Regex pattern) => Matching(Lines, pattern);

    private IEnumerable<string> Matching(IReadOnlyList<string> lines, Regex pattern) =>
        Enumerable.Range(0, lines.Count)
            .Where(index => pattern.IsMatch(lines[index]))
            .Select(index => $"{Path}:{index + 1}: {Lines[index].Trim()}");

    private static string[] SplitLines(string text)
    {
        string[] lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
