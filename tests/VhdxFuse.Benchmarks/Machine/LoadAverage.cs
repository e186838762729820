using System.Globalization;
using System.IO;

namespace VhdxFuse.Benchmarks.Machine;

/// <summary>How busy the machine was over the last minute.</summary>
internal static class LoadAverage
{
    public static double OneMinute() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
