using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace VhdxFuse.House.Tests;

public sealed class LayoutTests
{
    private static readonly string[] AllowedEntries =
    [
        "src", "tests", "native", "docker", "docs", "artifacts",
        "VhdxFuse.sln", "Makefile", "README.md", "CHANGELOG.md", "LICENSE",
        "Directory.Build.props", "Directory.Packages.props",
    ];

    [Fact]
    public void The_top_folder_holds_only_what_it_is_meant_to_hold() =>
        House.HasNo(
            Directory.EnumerateFileSystemEntries(Repository.Root)
                .Select(entry => Path.GetFileName(entry))
                .Where(name => !name.StartsWith('.') && !AllowedEntries.Contains(name, StringComparer.Ordinal)),
            "move these into a folder, or add them to LayoutTests.AllowedEntries");

    [Theory]
    [InlineData("README.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("LICENSE")]
    [InlineData("docs/dependencies.md")]
    [InlineData("src/VhdxFuse.Vhdx/DESIGN.md")]
    [InlineData("src/VhdxFuse.Vhdx/RULES.md")]
    [InlineData("src/VhdxFuse.Fuse/DESIGN.md")]
    public void Every_document_a_reader_is_sent_to_exists_and_says_something(string path)
    {
        Assert.True(Repository.Files.Contains(path, StringComparer.Ordinal), $"{path} is missing");
        Assert.True(Repository.Read(path).Length > 0, $"{path} is empty");
    }

    [Fact]
    public void The_solution_lists_every_project_and_nothing_else()
    {
        IEnumerable<string> listed = Regex.Matches(Repository.Read("VhdxFuse.sln"), "\"([^\"]+\\.csproj)\"")
            .Select(match => match.Groups[1].Value.Replace('\\', '/'));
        House.HasNo(
            House.Differences(Projects, "not in VhdxFuse.sln (dotnet sln add)", listed, "listed, but not a file"),
            "bring VhdxFuse.sln and the project files together");
    }

    [Fact]
    public void Package_versions_are_central_and_exact()
    {
        IEnumerable<string> local = Projects
            .Where(path => Regex.IsMatch(Repository.Read(path), "<PackageReference[^>]*\\sVersion(Override)?="))
            .Select(path => $"{path}: names a version of its own");
        IEnumerable<string> loose = CentralVersions
            .Where(version => !Regex.IsMatch(version.Value, @"^\[[0-9][^,\]]*\]$"))
            .Select(version => $"Directory.Packages.props: {version.Key} {version.Value}: write [{version.Value}]");
        House.HasNo(local.Concat(loose), "name exact versions, in Directory.Packages.props alone");
    }

    [Fact]
    public void The_engine_depends_on_hashing_alone_and_the_transport_on_nothing()
    {
        Assert.Equal(["System.IO.Hashing"], DependenciesOf("src/VhdxFuse.Vhdx/VhdxFuse.Vhdx.csproj"));
        Assert.Empty(DependenciesOf("src/VhdxFuse.Fuse/VhdxFuse.Fuse.csproj"));
    }

    [Fact]
    public void The_dependency_list_has_a_row_for_every_package_and_no_other()
    {
        IEnumerable<string> listed = Regex.Matches(Repository.Read("docs/dependencies.md"), @"(?m)^\| ([\w.]+) \|")
            .Select(match => match.Groups[1].Value)
            .Where(name => name is not "Package");
        House.HasNo(
            House.Differences(CentralVersions.Keys, "has no row", listed, "is not in Directory.Packages.props"),
            "bring docs/dependencies.md and Directory.Packages.props together");
    }

    [Fact]
    public void Every_make_target_the_documents_name_exists()
    {
        HashSet<string> targets = [.. Regex.Matches(Repository.Read("Makefile"), @"(?m)^([a-z][\w -]*):")
            .SelectMany(match => match.Groups[1].Value.Split(' '))];
        IEnumerable<string> missing =
            from path in Repository.Files
            where path.EndsWith(".md", StringComparison.Ordinal)
            from Match match in Regex.Matches(Repository.Read(path), @"(?m)(?:`|^ {4})make ([a-z]+)\b")
            where !targets.Contains(match.Groups[1].Value)
            select $"{path}: make {match.Groups[1].Value}";
        House.HasNo(missing, "the Makefile has no such target");
    }

    private static IEnumerable<string> Projects =>
        Repository.Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));

    private static Dictionary<string, string> CentralVersions =>
        Regex.Matches(
            Repository.Read("Directory.Packages.props"),
            "<PackageVersion Include=\"([^\"]+)\" Version=\"([^\"]+)\"")
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);

    /// <summary>Package and project references that reach the user; analyzers stay private.</summary>
    private static string[] DependenciesOf(string project) =>
        [.. Regex.Matches(Repository.Read(project), "<(?:Package|Project)Reference Include=\"([^\"]+)\"[^>]*>")
            .Where(match => !match.Value.Contains("PrivateAssets=\"all\"", StringComparison.Ordinal))
            .Select(match => match.Groups[1].Value)];
}
