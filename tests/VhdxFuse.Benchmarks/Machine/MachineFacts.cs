using System;
using System.IO;
using System.Linq;

namespace VhdxFuse.Benchmarks.Machine;

/// <summary>Where the figures were taken.</summary>
/// <param name="Processor">As /proc/cpuinfo calls it.</param>
/// <param name="Cores">How many the program may use.</param>
/// <param name="MemoryGiB">Of the machine.</param>
/// <param name="Kernel">Its release.</param>
/// <param name="FileSystem">The type of the folder's.</param>
internal sealed record MachineFacts(string Processor, int Cores, double MemoryGiB, string Kernel, string FileSystem)
{
    private const double KiBInGiB = 1024 * 1024;

    public static MachineFacts Read(string folder) => new(
        FieldOf("/proc/cpuinfo", "model name") ?? "unknown",
        Environment.ProcessorCount,
        double.TryParse(FieldOf("/proc/meminfo", "MemTotal")?.Split(' ')[0], out double kib) ? kib / KiBInGiB : 0,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        MountTable.FileSystemOf(folder));

    private static string? FieldOf(string path, string name) =>
        (from line in File.ReadLines(path)
         where line.StartsWith(name, StringComparison.Ordinal)
         select line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()).FirstOrDefault();
}
