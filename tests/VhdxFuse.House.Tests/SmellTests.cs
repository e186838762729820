using System;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace VhdxFuse.House.Tests;

public sealed class SmellTests
{
    /// <summary>Where any exception may be caught: the dispatcher, Main, the journal's edge (it rethrows).</summary>
    private static readonly string[] CatchAllPlaces =
    [
        "src/VhdxFuse.Fuse/Mounting/FusermountClient.cs", // closes its sockets and rethrows
        "src/VhdxFuse.Fuse/Mounting/Mounter.cs", // closes the device and rethrows
        "src/VhdxFuse.Fuse/Session/Dispatcher.cs",
        "src/VhdxFuse.Fuse/Session/FaultReporter.cs", // a callback of the host's must not end the session
        "src/VhdxFuse.Fuse/Session/FuseSession.cs", // so must not a file system that fails at the end
        "src/VhdxFuse.Vhdx/Journal/FailureLatch.cs", // the journal's edge
        "src/VhdxFuse/Program.cs",
    ];

    [Fact]
    public void Put_off_work_names_its_issue() =>
        House.HasNo(
            from file in Repository.Sources
            from offence in file.TextMatching(new Regex(@"\b(?:TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b(?!.*#\d)"))
            select offence,
            "do it now, or name the issue as #N on the same line");

    [Fact]
    public void Any_exception_is_caught_in_the_agreed_places_only() =>
        House.HasNo(
            from file in Repository.SourcesUnder("src/")
            where !CatchAllPlaces.Contains(file.Path, StringComparer.Ordinal)
            from offence in file.CodeMatching(
                new Regex(@"\bcatch\s*(?:$|\{|\((?:System\.)?Exception\b(?!.*\bwhen \(.* is ))"))
            select offence,
            "catch the kind you can answer for (`when (e is …)` will do), or add to SmellTests.CatchAllPlaces");

    [Fact]
    public void Every_suppressed_warning_gives_its_reason_on_the_same_line() =>
        House.HasNo(
            from file in Repository.Sources
            from offence in file.CodeMatching(new Regex(@"#pragma warning disable\b|\bSuppressMessage\("))
            where !Regex.IsMatch(offence, @"disable [A-Z]+\d+(?:, [A-Z]+\d+)* // \w|Justification = ""\w")
            select offence,
            "write `#pragma warning disable ID // reason`, or a Justification");

    [Fact]
    public void Tests_wait_for_a_condition_and_never_sleep() =>
        House.HasNo(
            from file in Repository.SourcesUnder("tests/")
            from offence in file.CodeMatching(new Regex(@"\bThread\.Sleep\("))
            select offence,
            "wait for what the test wants to see, with a time limit");

    [Fact]
    public void Tests_change_the_machine_only_inside_a_mount_namespace_of_their_own() =>
        House.HasNo(
            from file in Repository.SourcesUnder("tests/")
            where !file.Text.Contains("unshare", StringComparison.Ordinal)
                && !file.Text.Contains("PrivateNamespace", StringComparison.Ordinal)
            from offence in file.TextMatching(new Regex(
                @"(?:chmod|chown|mknod|rm|mv|>|--bind)\s.*(?:/dev/fuse|/etc/fuse\.conf|/sys/(?:module|fs/fuse))"))
            where !offence.Contains("[InlineData(", StringComparison.Ordinal) // advice that is expected, not given
            select offence,
            "run it behind `unshare -m` (PrivateNamespace): device nodes, fuse.conf and modules are everybody's");

    [Fact]
    public void No_type_is_named_after_a_drawer() =>
        House.HasNo(
            from file in Repository.Sources
            from offence in file.CodeMatching(
                new Regex(@"\b(?:class|struct|interface|record)\s+\w*(?:Helpers?|Utils?|Utilities|Manager|Common)\b"))
            select offence,
            "name the type after what it does");

    [Fact]
    public void No_file_hides_a_part_of_itself_in_a_region() =>
        House.HasNo(
            from file in Repository.Sources
            from offence in file.CodeMatching(new Regex(@"^\s*#region\b"))
            select offence,
            "make the region a file");
}
