using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace VhdxFuse.House.Tests;

/// <summary>Method length (60 lines) is the analyzer's, MA0051.</summary>
public sealed class SizeTests
{
    private const int LargestFileLines = 450;
    private const int LargestMedianLines = 120;
    private const int LongestLineCharacters = 120;

    private static readonly Regex TypeDeclaration = new(
        @"^(?:(?:public|internal|file|sealed|static|abstract|readonly|partial|unsafe|ref)\s+)*" +
        @"(?:class|struct|interface|enum|delegate|record(?:\s+(?:class|struct))?)\s+\w",
        RegexOptions.ExplicitCapture);

    [Fact]
    public void No_file_is_longer_than_450_lines() =>
        House.HasNo(
            Repository.Sources.Where(file => file.Lines.Count > LargestFileLines)
                .Select(file => $"{file.Path}: {file.Lines.Count} lines"),
            "split by what the parts are for");

    [Fact]
    public void The_median_source_file_has_at_most_120_lines()
    {
        List<int> lengths = [.. Repository.SourcesUnder("src/").Select(file => file.Lines.Count).Order()];
        int median = lengths[lengths.Count / 2];
        Assert.True(median <= LargestMedianLines, $"the median file of src has {median} lines: split the longest");
    }

    [Fact]
    public void No_line_is_longer_than_120_characters() =>
        House.HasNo(
            Repository.Sources.SelectMany(file => file.TextMatching(new Regex($".{{{LongestLineCharacters + 1},}}"))),
            "break the line");

    [Fact]
    public void Every_file_declares_one_top_level_type_at_most() =>
        House.HasNo(
            from file in Repository.Sources
            from offence in file.CodeMatching(TypeDeclaration).Skip(1)
            select offence,
            "give each of these types a file of its own");
}
