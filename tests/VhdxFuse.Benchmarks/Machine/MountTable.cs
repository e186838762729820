using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;

namespace VhdxFuse.Benchmarks.Machine;

/// <summary>The mounts of this machine, as /proc/mounts lists them.</summary>
internal static class MountTable
{
    private static readonly TimeSpan UmountDeadline = TimeSpan.FromSeconds(20);

    public static bool Holds(string mountPoint) => Lines().Any(line => line.MountPoint == mountPoint);

    /// <summary>The type of the file system that a path lies on.</summary>
    public static string FileSystemOf(string path) => Lines()
        .Where(line => line.MountPoint == "/" || path == line.MountPoint
            || path.StartsWith(line.MountPoint + "/", StringComparison.Ordinal))
        .MaxBy(line => line.MountPoint.Length).Type ?? "unknown";

    /// <summary>Unmounts; what is busy for long is detached.</summary>
    public static void Unmount(string mountPoint)
    {
        if (!Holds(mountPoint))
        {
            return;
        }

        bool root = Environment.IsPrivilegedProcess;
        string[] gently = root ? ["umount", mountPoint] : ["fusermount3", "-u", mountPoint];
        string[] lazily = root ? ["umount", "-l", mountPoint] : ["fusermount3", "-uz", mountPoint];
        try
        {
            Run(gently);
        }
        catch (BenchmarkException)
        {
            Run(lazily);
        }
    }

    private static void Run(string[] command) =>
        Command.Output(command[0], command[1..], UmountDeadline, CancellationToken.None);

    private static IEnumerable<(string MountPoint, string Type)> Lines() =>
        from line in File.ReadLines("/proc/mounts")
        let fields = line.Split(' ')
        where fields.Length > 2
        select (fields[1].Replace("\\040", " ", StringComparison.Ordinal), fields[2]);
}
