using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace VhdxFuse.Benchmarks.Machine;

/// <summary>What /proc says of processes: which they are, their memory, their CPU time.</summary>
internal static class ProcessFacts
{
    /// <summary>USER_HZ: 100 on every architecture of Linux.</summary>
    private const double TicksASecond = 100;

    private const int UserTimeField = 11; // utime and stime, counted from the state
    private const int SystemTimeField = 12;
    private const long KiB = 1024;

    /// <summary>The processes that have a word among their arguments; kernel threads and those of others don't
    /// count.</summary>
    public static IReadOnlyList<int> WithArgument(string word) =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           let id = int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int number) ? number : 0
           where id > 0 && id != Environment.ProcessId
           where (Text($"{folder}/cmdline") ?? "").Split('\0').Contains(word, StringComparer.Ordinal)
           select id,
    ];

    /// <summary>Whether it still runs. A zombie doesn't: init may take seconds to bury what was in the
    /// background.</summary>
    public static bool IsAlive(int id) => Fields(id) is [not ("Z" or "X"), ..];

    /// <summary>Resident memory now, of all processes together.</summary>
    public static long ResidentBytes(IEnumerable<int> ids) => ids.Sum(id => StatusBytes(id, "VmRSS:"));

    /// <summary>The most that was ever resident, of all processes together.</summary>
    public static long PeakBytes(IEnumerable<int> ids) => ids.Sum(id => StatusBytes(id, "VmHWM:"));

    /// <summary>User and system time since their start, of all processes and their ended threads.</summary>
    public static double CpuSeconds(IEnumerable<int> ids) => ids.Sum(CpuSeconds);

    private static double CpuSeconds(int id)
    {
        string[] fields = Fields(id);
        return fields.Length > SystemTimeField
            ? (long.Parse(fields[UserTimeField], CultureInfo.InvariantCulture)
                + long.Parse(fields[SystemTimeField], CultureInfo.InvariantCulture)) / TicksASecond
            : 0;
    }

    /// <summary>The fields of /proc/ID/stat from the state on; none when the process is gone. The name in brackets
    /// before them may hold anything.</summary>
    private static string[] Fields(int id)
    {
        string stat = Text($"/proc/{id}/stat") ?? "";
        return stat[(stat.LastIndexOf(')') + 1)..].Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    private static long StatusBytes(int id, string field) =>
        (from line in (Text($"/proc/{id}/status") ?? "").Split('\n')
         where line.StartsWith(field, StringComparison.Ordinal)
         let words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
         select long.Parse(words[1], CultureInfo.InvariantCulture) * KiB).FirstOrDefault();

    /// <returns>Null when the process is gone.</returns>
    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
