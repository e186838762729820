using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace VhdxFuse.House.Tests;

/// <summary>The table of RULES.md, and the forms of the ids it defines.</summary>
internal static class Rulebook
{
    public const string Path = "src/VhdxFuse.Vhdx/RULES.md";

    /// <summary>R-AREA-n: a rule. T-n: a deviation that is tolerated. D-n: an order of writes.
    /// CHK-n: a check a reader must make.</summary>
    public static Regex Id { get; } = new(@"(?<![\w-])(?:R-[A-Z]+-\d+|[TD]-\d+|CHK-\d+)(?![\w-])");

    /// <summary>The rows `| id | one line | section |`, in the order of the file; the section may be empty.</summary>
    public static IReadOnlyList<(string Id, string Text)> Parse(string document) =>
        [.. Regex.Matches(document, @"(?m)^\| ([A-Z][\w-]*-\d+) \| ([^|\n]+) \|[^|\n]*\|$")
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value.Trim()))];

    /// <summary>The ids in the arguments of [Rule(…)] attributes.</summary>
    public static IEnumerable<string> Proved(string source) =>
        Regex.Matches(source, @"\[(?:[^\]\n]*,\s*)?Rule\(([^)]*)\)")
            .SelectMany(match => Id.Matches(match.Groups[1].Value))
            .Select(match => match.Value);

    public static IEnumerable<string> Cited(string text) => Id.Matches(text).Select(match => match.Value);
}
