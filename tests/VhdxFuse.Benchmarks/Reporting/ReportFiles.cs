using System.IO;
using System.Text.Json;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>Writes what is kept of a run.</summary>
internal static class ReportFiles
{
    /// <summary>The name of the second chart, beside the first.</summary>
    private const string ScaleName = "scale.svg";

    public static void WriteJson(RunReport report, string path)
    {
        MakeFolderOf(path);
        File.WriteAllText(path, JsonSerializer.Serialize(report, ReportJsonContext.Default.RunReport) + "\n");
    }

    /// <summary>Draws the bars, and the curves beside them when there are any.</summary>
    public static void WriteCharts(RunReport report, string path)
    {
        MakeFolderOf(path);
        if (RatioChart.Draw(report) is { } bars)
        {
            File.WriteAllText(path, bars);
        }

        if (ScaleChart.Draw(report) is { } curves)
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, ScaleName), curves);
        }
    }

    private static void MakeFolderOf(string path) =>
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
}
