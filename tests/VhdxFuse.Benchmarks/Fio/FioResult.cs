using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace VhdxFuse.Benchmarks.Fio;

/// <summary>What fio measured in one job, or in the group of its processes.</summary>
/// <param name="Iops">Requests a second.</param>
/// <param name="BytesPerSecond">Of payload.</param>
/// <param name="Bytes">Of payload, altogether.</param>
/// <param name="MedianMicroseconds">From handing a request in to its completion.</param>
/// <param name="P99Microseconds">The same, of the slowest of a hundred.</param>
internal sealed record FioResult(
    double Iops, double BytesPerSecond, long Bytes, double MedianMicroseconds, double P99Microseconds)
{
    private const double NanosecondsPerMicrosecond = 1000;

    /// <summary>Reads the report of <c>--output-format=json</c>; lines that fio says before it don't matter.</summary>
    /// <returns>One for each job, in their order.</returns>
    /// <exception cref="BenchmarkException">It is no such report, or a job failed.</exception>
    public static IReadOnlyList<FioResult> Parse(string output)
    {
        int start = output.IndexOf('{', StringComparison.Ordinal);
        if (start < 0)
        {
            throw new BenchmarkException("fio gave no report");
        }

        try
        {
            using var report = JsonDocument.Parse(output.AsMemory(start));
            return [.. report.RootElement.GetProperty("jobs").EnumerateArray().Select(OfJob)];
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException)
        {
            throw new BenchmarkException($"fio's report can't be read: {malformed.Message}");
        }
    }

    private static FioResult OfJob(JsonElement job)
    {
        if (job.GetProperty("error").GetInt32() is not 0 and int error)
        {
            throw new BenchmarkException($"fio: a job failed with errno {error}");
        }

        // A job only reads or only writes; the other direction is there with zeros.
        JsonElement read = job.GetProperty("read");
        JsonElement used = read.GetProperty("total_ios").GetInt64() > 0 ? read : job.GetProperty("write");
        return new FioResult(
            used.GetProperty("iops").GetDouble(),
            used.GetProperty("bw_bytes").GetDouble(),
            used.GetProperty("io_bytes").GetInt64(),
            Percentile(used, "50.000000"),
            Percentile(used, "99.000000"));
    }

    private static double Percentile(JsonElement direction, string name) =>
        direction.GetProperty("clat_ns").TryGetProperty("percentile", out JsonElement percentiles)
            && percentiles.TryGetProperty(name, out JsonElement value)
            ? value.GetDouble() / NanosecondsPerMicrosecond
            : 0;
}
