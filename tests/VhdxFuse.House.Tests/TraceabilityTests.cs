using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace VhdxFuse.House.Tests;

/// <summary>Rule → code → test, in both directions. This folder's own examples are made up and not looked at.</summary>
public sealed class TraceabilityTests
{
    private const string Own = "tests/VhdxFuse.House.Tests/";

    private static readonly IReadOnlyList<(string Id, string Text)> Rules =
        Rulebook.Parse(Repository.Read(Rulebook.Path));

    [Fact]
    public void Every_rule_has_one_row_of_a_known_form()
    {
        Assert.NotEmpty(Rules);
        IEnumerable<string> twice = Rules.GroupBy(rule => rule.Id, StringComparer.Ordinal)
            .Where(rows => rows.Count() > 1).Select(rows => $"{rows.Key}: {rows.Count()} rows");
        IEnumerable<string> odd = Rules.Where(rule => Rulebook.Id.Match(rule.Id).Length != rule.Id.Length)
            .Select(rule => $"{rule.Id}: an id is R-AREA-n, T-n, D-n or CHK-n");
        string[] lines = Repository.Read(Rulebook.Path).Split('\n');
        int rows = lines.Count(line => line.StartsWith("| ", StringComparison.Ordinal))
            - lines.Count(line => line.StartsWith("|---", StringComparison.Ordinal));
        IEnumerable<string> unread = rows == Rules.Count
            ? []
            : [$"{rows} rows, but {Rules.Count} read: a row is `| id | one line | section |`"];
        House.HasNo(twice.Concat(odd).Concat(unread), $"mend {Rulebook.Path}");
    }

    [Fact]
    public void Every_rule_is_cited_where_the_engine_enforces_it()
    {
        HashSet<string> cited =
            [.. Repository.SourcesUnder("src/VhdxFuse.Vhdx/").SelectMany(file => Rulebook.Cited(file.Text))];
        House.HasNo(
            Rules.Where(rule => !cited.Contains(rule.Id)).Select(rule => $"{Rulebook.Path}: {rule.Id}: {rule.Text}"),
            "cite the id in a comment at the code that enforces it, or drop a row that no code enforces");
    }

    [Fact]
    public void Every_rule_is_proved_by_a_test()
    {
        HashSet<string> proved = [.. TestSources.SelectMany(file => Rulebook.Proved(file.Text))];
        House.HasNo(
            Rules.Where(rule => !proved.Contains(rule.Id)).Select(rule => $"{Rulebook.Path}: {rule.Id}: {rule.Text}"),
            "put [Rule(\"id\")] on the test that fails when the rule is broken");
    }

    [Fact]
    public void Every_id_that_is_cited_has_a_row()
    {
        HashSet<string> known = [.. Rules.Select(rule => rule.Id)];
        IEnumerable<string> unknown =
            from file in Repository.SourcesUnder("src/").Concat(TestSources)
            from index in Enumerable.Range(0, file.Lines.Count)
            from id in Rulebook.Cited(file.Lines[index])
            where !known.Contains(id)
            select $"{file.Path}:{index + 1}: {id}";
        House.HasNo(unknown, $"give the id a row in {Rulebook.Path}, or correct it");
    }

    [Fact]
    public void The_table_and_the_attributes_are_read_as_they_are_written()
    {
        const string Table =
            "| Id | Rule | Section |\n|---|---|---|\n| R-LOG-7 | Tail. | 2.3.1 |\n| T-1 | Twins. | |\n";
        const string Attributes = "[Rule(\"R-LOG-7\", \"T-1\")]\n[Fact, Rule(\"CHK-12\")]";
        Assert.Equal([("R-LOG-7", "Tail."), ("T-1", "Twins.")], Rulebook.Parse(Table));
        Assert.Equal("R-LOG-7 T-1 CHK-12", string.Join(' ', Rulebook.Proved(Attributes)));
        Assert.Equal("R-LOG-7", string.Join(' ', Rulebook.Cited("// R-LOG-7: but not AR-LOG-8, R-LOG or UT-1")));
    }

    private static IEnumerable<SourceFile> TestSources =>
        Repository.SourcesUnder("tests/").Where(file => !file.Path.StartsWith(Own, StringComparison.Ordinal));
}
