using System;
using System.Collections.Generic;
using System.IO;
using VhdxFuse.Fuse;

namespace VhdxFuse.Diagnosis;

/// <summary>What is there to mount with. A fact that the machine hides is null.</summary>
internal sealed record MachineFacts
{
    private const string Fusermount = "fusermount3";

    public required Version Kernel { get; init; }

    /// <summary>The container's kind; null outside of one.</summary>
    public string? Container { get; init; }

    public ProcessStatus? Status { get; init; }

    /// <summary>What the transport says stands against mounting; null: nothing.</summary>
    public FuseProblem? Problem { get; init; }

    /// <summary>Whether the kernel lists FUSE among its file systems. A module that isn't loaded yet isn't there.
    /// </summary>
    public bool? KnowsFuse { get; init; }

    public required IReadOnlyList<MountEntry> Mounts { get; init; }

    /// <summary>The path of fusermount3; null when it isn't installed.</summary>
    public string? FusermountPath { get; init; }

    public UnixFileMode? FusermountMode { get; init; }

    public required FuseConfiguration Configuration { get; init; }

    /// <summary>The AppArmor profile or SELinux label of this process; empty when there is none.</summary>
    public string SecurityLabel { get; init; } = "";

    public long? MostUserNamespaces { get; init; }

    public long? MostOpenFiles { get; init; }

    public long? AvailableMemoryKiB { get; init; }

    /// <summary>Looks at a machine. Changes nothing.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="searchPath">As in PATH.</param>
    /// <param name="kernel">Its version.</param>
    /// <param name="problem">As <see cref="Fuse.Fuse.CheckDependencies"/> tells it.</param>
    public static MachineFacts Gather(MachineFiles files, string searchPath, Version kernel, FuseProblem? problem)
    {
        string? fusermount = Array.Find(
            Array.ConvertAll(searchPath.Split(':'), folder => $"{folder}/{Fusermount}"),
            path => path.StartsWith('/') && files.Exists(path));
        return new MachineFacts
        {
            Kernel = kernel,
            Container = Diagnosis.Container.Find(files),
            Status = ProcessStatus.Parse(files.Read("/proc/self/status")),
            Problem = problem,
            KnowsFuse = KnowsFuseIn(files.Read("/proc/filesystems")),
            Mounts = MountEntry.ParseAll(files.Read("/proc/self/mountinfo")),
            FusermountPath = fusermount,
            FusermountMode = fusermount is null ? null : files.ModeOf(fusermount),
            Configuration = FuseConfiguration.Parse(files.Read("/etc/fuse.conf")),
            SecurityLabel = (files.Read("/proc/self/attr/current") ?? "").Trim('\0', '\n', ' '),
            MostUserNamespaces = UserNamespacesIn(files),
            MostOpenFiles = FieldText.NumberIn(
                FieldText.ValueOf(files.Read("/proc/self/limits"), "Max open files")),
            AvailableMemoryKiB = FieldText.NumberIn(
                FieldText.ValueOf(files.Read("/proc/meminfo"), "MemAvailable:")),
        };
    }

    /// <summary>Whether the kernel's list of file systems has fuse; null without a list.</summary>
    public static bool? KnowsFuseIn(string? fileSystems) => fileSystems is null
        ? null
        : Array.Exists(fileSystems.Split('\n'), line => line.EndsWith("\tfuse", StringComparison.Ordinal));

    // Debian's switch for those without privileges, and the kernel's number for everybody.
    private static long? UserNamespacesIn(MachineFiles files) =>
        FieldText.NumberIn(files.Read("/proc/sys/kernel/unprivileged_userns_clone")) is 0
            ? 0
            : FieldText.NumberIn(files.Read("/proc/sys/user/max_user_namespaces"));
}
