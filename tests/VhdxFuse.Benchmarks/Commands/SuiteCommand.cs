using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Support;

namespace VhdxFuse.Benchmarks.Commands;

/// <summary>The command line: the suite itself, and <c>micro</c>.</summary>
internal sealed class SuiteCommand
{
    private const long SmallestDiskBytes = 64 << 20;
    private const string OurName = "vhdxfuse";

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "How often everything is measured, in alternating order.",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "How long a job of fio's takes.",
        DefaultValueFactory = _ => 2,
    };

    private readonly Option<string[]> _only = List("--only", "ROW", "Run these rows or workloads alone (see --list).");

    private readonly Option<string[]> _contestants = List(
        "--contestants",
        "NAME",
        $"Who takes part: {OurName} and {string.Join(", ", Roster.OtherNames)}; default: all.");

    private readonly Option<string[]> _binaries = new("--binary")
    {
        HelpName = "[NAME=]PATH",
        Description = "A build of vhdxfuse to measure, under a name. May be given more than once: the goals are judged "
            + "by the first. Default: artifacts/vhdxfuse.",
    };

    private readonly Option<string> _folder = new("--folder")
    {
        HelpName = "DIR",
        Description = "Where images and mounts go: the file system that is measured.",
        DefaultValueFactory = _ => InArtifacts(""),
    };

    private readonly Option<string> _on = new("--on")
    {
        Description = "Measure on a fresh file system that is loop mounted in the folder (as root), "
            + "and unmounted afterwards.",
        DefaultValueFactory = _ => "here",
    };

    private readonly Option<long> _size = new("--size")
    {
        HelpName = "SIZE",
        Description = "Of the common disk, as 512M or 1G.",
        DefaultValueFactory = _ => 1L << 30,
        CustomParser = ParseSize,
    };

    private readonly Option<string> _json = new("--json")
    {
        HelpName = "FILE",
        Description = "Where all figures go.",
        DefaultValueFactory = _ => InArtifacts("results.json"),
    };

    private readonly Option<string> _svg = new("--svg")
    {
        HelpName = "FILE",
        Description = "Where the chart goes; scale.svg goes beside it.",
        DefaultValueFactory = _ => InArtifacts("chart.svg"),
    };

    private readonly Option<bool> _list = new("--list") { Description = "List the rows and their goals, and end." };

    private readonly RootCommand _root;

    public SuiteCommand()
    {
        _on.AcceptOnlyFromAmong([.. LoopFileSystem.Types]);
        _rounds.Validators.Add(result => Demand(result, result.GetValue(_rounds) > 0, "--rounds: at least 1"));
        _seconds.Validators.Add(result => Demand(result, result.GetValue(_seconds) > 0, "--seconds: more than 0"));
        _root = new RootCommand("Measures vhdxfuse beside other programs that show a VHDX image as a raw disk.")
        {
            _rounds, _seconds, _only, _contestants, _binaries, _folder, _on, _size, _json, _svg, _list,
            MicroCommand.Create(),
        };
        _root.SetAction(parsed => parsed.GetValue(_list) ? RowList.Write() : new SuiteRun(OptionsOf(parsed)).Run());
    }

    public int Invoke(string[] arguments) =>
        _root.Parse(arguments).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });

    private static Option<string[]> List(string name, string helpName, string description) => new(name)
    {
        HelpName = $"{helpName}[,{helpName}]",
        Description = description,
        CustomParser = result =>
            [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
    };

    private static long ParseSize(ArgumentResult result)
    {
        if (!SizeText.TryParse(result.Tokens[0].Value, out long bytes) || bytes < SmallestDiskBytes)
        {
            result.AddError($"--size: a size of at least {SmallestDiskBytes >> 20}M, as 512M or 1G");
        }

        return bytes;
    }

    private static void Demand(SymbolResult result, bool holds, string message)
    {
        if (!holds)
        {
            result.AddError(message);
        }
    }

    private static string InArtifacts(string name) =>
        Path.Combine(RepositoryFolder.Path, "artifacts", "bench", name);

    private static IReadOnlyList<(string Name, string Path)> BuildsOf(string[] binaries)
    {
        if (binaries.Length == 0)
        {
            return [(OurName, Path.Combine(RepositoryFolder.Path, "artifacts", "vhdxfuse"))];
        }

        return
        [
            .. from binary in binaries
               let sign = binary.IndexOf('=', StringComparison.Ordinal)
               select sign < 0
                   ? (OurName, Path.GetFullPath(binary))
                   : (binary[..sign], Path.GetFullPath(binary[(sign + 1)..])),
        ];
    }

    private SuiteOptions OptionsOf(ParseResult parsed) => new()
    {
        Rounds = parsed.GetValue(_rounds),
        JobSeconds = parsed.GetValue(_seconds),
        Only = parsed.GetValue(_only) ?? [],
        Contestants = parsed.GetValue(_contestants) ?? [],
        Builds = BuildsOf(parsed.GetValue(_binaries) ?? []),
        Folder = Path.GetFullPath(parsed.GetRequiredValue(_folder)),
        On = parsed.GetRequiredValue(_on),
        DiskBytes = parsed.GetValue(_size),
        JsonPath = parsed.GetRequiredValue(_json),
        SvgPath = parsed.GetRequiredValue(_svg),
    };
}
