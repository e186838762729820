using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Spectre.Console;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Reporting;
using VhdxFuse.Benchmarks.Running;
using VhdxFuse.Benchmarks.Workloads;

namespace VhdxFuse.Benchmarks.Commands;

/// <summary>One run from its folder to its report. SIGINT and SIGTERM end it after everything it made is
/// gone.</summary>
internal sealed class SuiteRun(SuiteOptions options)
{
    /// <summary>All images and one copy of the sparse disk fit in, with room for a file system's own.</summary>
    private const long RoomBytes = 16L << 30;

    private const int RoomPerDisk = 6; // full and fresh images with their plain files, and what is rewritten

    public int Run()
    {
        using CancellationTokenSource interrupted = new();
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            Measure(interrupted.Token);
            return ExitCode.Fine;
        }
        catch (BenchmarkException failure)
        {
            Console.Error.WriteLine($"benchmarks: {failure.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("benchmarks: interrupted; mounts, processes and files are gone");
            return ExitCode.Interrupted;
        }

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static RunReport Report(SuiteOptions options, string folder, Roster roster) => new()
    {
        Started = DateTimeOffset.UtcNow,
        Machine = MachineFacts.Read(folder),
        Rounds = options.Rounds,
        JobSeconds = options.JobSeconds,
        DiskBytes = options.DiskBytes,
        Versions = roster.Present.ToDictionary(one => one.Name, one => one.Version, StringComparer.Ordinal),
        OurNames = [.. options.Builds.Select(build => build.Name)],
        Lacking = roster.Lacking,
    };

    private void Measure(CancellationToken cancellation)
    {
        Selection selection = new(Catalog.All, options.Only);
        Roster roster = RosterOf();
        string own = Path.Combine(options.Folder, $"run-{Environment.ProcessId}");
        Directory.CreateDirectory(own);
        try
        {
            using LoopFileSystem? fresh = options.On == "here"
                ? null
                : LoopFileSystem.Mount(options.On, own, RoomBytes + (RoomPerDisk * options.DiskBytes), cancellation);
            Measure(fresh?.Folder ?? own, roster, selection, cancellation);
        }
        finally
        {
            Directory.Delete(own, recursive: true);
        }
    }

    private void Measure(string folder, Roster roster, Selection selection, CancellationToken cancellation)
    {
        RunReport report = Report(options, folder, roster);
        ReportTable.WriteHeader(AnsiConsole.Console, report);
        Workbench bench = new(folder, options.DiskBytes, options.JobSeconds, cancellation);
        Suite suite = new(bench, roster.Present, selection, Progress);
        try
        {
            suite.Run(options.Rounds);
        }
        finally
        {
            Tell(report.With(selection, roster.Present, suite.Results)); // of an interrupted run: what there is
        }
    }

    private void Tell(RunReport report)
    {
        ReportTable.WriteRows(AnsiConsole.Console, report);
        ReportFiles.WriteJson(report, options.JsonPath);
        ReportFiles.WriteCharts(report, options.SvgPath);
        AnsiConsole.WriteLine($"written: {options.JsonPath} {options.SvgPath}");
    }

    private Roster RosterOf()
    {
        IEnumerable<string> known = options.Builds.Select(build => build.Name).Concat(Roster.OtherNames);
        if (options.Contestants.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new BenchmarkException($"--contestants: there is no {unknown}");
        }

        if (options.Builds.GroupBy(build => build.Name, StringComparer.Ordinal).Any(same => same.Count() > 1))
        {
            throw new BenchmarkException("--binary: give each build a name of its own, as NAME=PATH");
        }

        if (options.Builds.FirstOrDefault(build => !File.Exists(build.Path)) is { Path: { } missing })
        {
            throw new BenchmarkException($"{missing} isn't there: make build");
        }

        if (!Tool.Fio.IsThere)
        {
            Console.Error.WriteLine($"benchmarks: no fio here; Debian has it in {Tool.Fio.DebianPackage}");
        }

        return Roster.Of(options.Builds, options.Contestants);
    }

    private static void Progress(string what) => Console.Error.WriteLine(what);
}
