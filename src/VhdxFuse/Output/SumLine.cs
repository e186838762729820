using System;

namespace VhdxFuse.Output;

/// <summary>A line of a file of checksums, as coreutils write and check them.</summary>
internal static class SumLine
{
    /// <summary><c>HEX  NAME</c>, as <c>sha256sum -c</c> takes it: it knows the algorithm.</summary>
    public static string Plain(string hex, string name) => $"{EscapeMark(name)}{hex}  {Escape(name)}";

    /// <summary><c>SHA256 (NAME) = HEX</c>, for files with several algorithms: each checker takes its own lines.
    /// </summary>
    public static string Tagged(string algorithm, string hex, string name) =>
        $"{EscapeMark(name)}{algorithm.ToUpperInvariant()} ({Escape(name)}) = {hex}";

    // A backslash before the line says that the name holds escapes.
    private static string EscapeMark(string name) => name.AsSpan().ContainsAny("\\\n\r") ? "\\" : "";

    private static string Escape(string name) => name
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);
}
