using System.CommandLine;
using System.IO;
using System.Linq;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using VhdxFuse.Support;

namespace VhdxFuse.Benchmarks.Commands;

/// <summary>The micro-benchmarks of the engine's parts, by BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        Command command = new(
            "micro", "Micro-benchmarks of the engine. Further words go to BenchmarkDotNet, as --filter.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed => Run([.. parsed.UnmatchedTokens]));
        return command;
    }

    private static int Run(string[] arguments)
    {
        // In this process: a build of its own would stumble over the repository's properties for tests.
        IConfig config = DefaultConfig.Instance
            .WithArtifactsPath(Path.Combine(RepositoryFolder.Path, "artifacts", "bench", "micro"))
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default);
        string[] all = arguments.Any(argument => argument.StartsWith('-')) ? arguments : ["--filter", "*"];
        BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(all, config);
        return ExitCode.Fine;
    }
}
