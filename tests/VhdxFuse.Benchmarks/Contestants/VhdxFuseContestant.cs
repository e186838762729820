using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>A build of vhdxfuse, mounted in the background as its users do.</summary>
internal sealed class VhdxFuseContestant(string name, string program) : Contestant(name, ContestantKind.Ours)
{
    private const string DiskName = "disk.raw";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The path of the build.</summary>
    public string Program { get; } = program;

    public override bool KnowsParents => true;

    public override IReadOnlyList<Tool> Tools => [];

    public override string Version => $"{VersionOf(Program, "--version")} ({Program})";

    public override MountedDisk Mount(
        DiskImage image, MountUse use, string folder, CancellationToken cancellation)
    {
        MountedDisk mounted = new(folder, folder, Path.Combine(folder, DiskName));
        try
        {
            Command.ToBackground(Program, Arguments(image, use, folder), Deadline, cancellation);
            return mounted;
        }
        catch
        {
            mounted.Dispose();
            throw;
        }
    }

    /// <summary>Mounts in the foreground behind a program that watches it.</summary>
    /// <param name="watcher">The program and its arguments, before those of vhdxfuse.</param>
    /// <param name="image">Mounted writable.</param>
    /// <param name="folder">As for <see cref="Mount"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public MountedDisk MountBehind(
        IReadOnlyList<string> watcher, DiskImage image, string folder, CancellationToken cancellation)
    {
        MountedDisk mounted = new(folder, folder, Path.Combine(folder, DiskName));
        try
        {
            string[] arguments = [.. watcher, Program, "-f", .. Arguments(image, MountUse.Write, folder)];
            mounted.Add(ServingProcess.Start(arguments[0], ServingEnd.WithItsMount, arguments[1..]))
                .WaitUntil(() => File.Exists(mounted.DiskPath), cancellation);
            return mounted;
        }
        catch
        {
            mounted.Dispose();
            throw;
        }
    }

    private static string[] Arguments(DiskImage image, MountUse use, string folder) =>
        use == MountUse.Write ? ["--rw", image.VhdxPath, folder] : [image.VhdxPath, folder];
}
