using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>Who takes part in a run.</summary>
/// <param name="Present">In the order of the report: our builds first; the first of all is the one the goals are judged
/// by.</param>
/// <param name="Lacking">Why each of the others can't take part.</param>
internal sealed record Roster(IReadOnlyList<Contestant> Present, IReadOnlyList<string> Lacking)
{
    /// <summary>The names a user may ask for, besides those of our builds.</summary>
    public static IReadOnlyList<string> OtherNames { get; } = [.. Others().Select(other => other.Name)];

    /// <param name="builds">Name and path of each build of vhdxfuse.</param>
    /// <param name="wanted">Names; empty for all.</param>
    public static Roster Of(IReadOnlyList<(string Name, string Path)> builds, IReadOnlyList<string> wanted)
    {
        IReadOnlyList<Contestant> asked =
        [
            .. builds.Select(build => new VhdxFuseContestant(build.Name, build.Path)).Concat(Others())
                .Where(one => wanted.Count == 0 || wanted.Contains(one.Name, StringComparer.Ordinal)),
        ];
        return new Roster(
            [.. asked.Where(one => !one.MissingTools.Any())],
            [.. from one in asked from tool in one.MissingTools select Lack(one, tool)]);
    }

    private static string Lack(Contestant contestant, Tool tool) =>
        $"{contestant.Name}: no {tool.Name} here; Debian has it in {tool.DebianPackage}";

    private static IEnumerable<Contestant> Others() =>
    [
        new QemuContestant("threads"),
        new QemuContestant("io_uring"),
        new VhdimountContestant(),
        new NbdfuseContestant(),
        new QemuToolsContestant(),
        new RawContestant(),
    ];
}
