using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;

namespace VhdxFuse.Mount.Tests.Containers;

/// <summary>Podman with a storage of its own, and without what a machine that is itself a container lacks: overlay,
/// systemd, and the right to raise limits.</summary>
internal static class Podman
{
    public static readonly string[] Tools = ["podman", "buildah", "runc", "unshare", "nsenter"];

    private const int PodmanItselfFailed = 125;

    private static readonly Lazy<string?> Problem = new(Try);

    /// <summary>The program that the image holds.</summary>
    public static string StaticProgram { get; } = Path.Combine(RepositoryFolder.Path, "artifacts", "vhdxfuse-static");

    /// <summary>Why no container can run here; null when one can.</summary>
    public static string? WhyNot() =>
        ProgramUnderTest.WhyNot(Need.Fuse | Need.Root, Tools)
        ?? (File.Exists(StaticProgram) ? Problem.Value : "the static program isn't built (make static)");

    /// <summary>A podman command on the storage in a folder.</summary>
    public static string[] Command(string storage, params IEnumerable<string> arguments) =>
    [
        "podman", .. Storage(storage), "--tmpdir", Path.Combine(storage, "tmp"),
        "--runtime", "runc", "--cgroup-manager", "cgroupfs", .. arguments,
    ];

    /// <summary>The options that name a storage, for buildah too.</summary>
    public static string[] Storage(string folder) =>
    [
        "--root", Path.Combine(folder, "store"), "--runroot", Path.Combine(folder, "run"), "--storage-driver", "vfs",
    ];

    /// <summary>What every run here has besides the recipe.</summary>
    public static string[] RunHere(params IEnumerable<string> arguments) =>
    [
        "run", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", .. arguments,
    ];

    // Only a failure of podman itself is a reason to skip; the program's own would be one to fail.
    private static string? Try()
    {
        using var folder = new ScratchFolder();
        string root = Directory.CreateDirectory(folder.File("root")).FullName;
        File.Copy(StaticProgram, Path.Combine(root, "vhdxfuse"));
        string[] command = Command(folder.Path, RunHere("--rm", "--rootfs", root, "/vhdxfuse", "--version"));
        Finished run = Task.Run(() => Child.Run(folder.Path, command)).GetAwaiter().GetResult();
        return run.ExitCode == PodmanItselfFailed
            ? $"podman can't run a container here: {run.Error.ReplaceLineEndings(" ")}"
            : null;
    }
}
