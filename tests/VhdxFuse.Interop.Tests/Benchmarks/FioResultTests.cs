using System.Collections.Generic;
using VhdxFuse.Benchmarks;
using VhdxFuse.Benchmarks.Fio;
using Xunit;

namespace VhdxFuse.Interop.Tests.Benchmarks;

/// <summary>fio's own reports, cut to what is read of them.</summary>
public sealed class FioResultTests
{
    private const string Idle =
        """{ "io_bytes": 0, "bw_bytes": 0, "iops": 0.0, "total_ios": 0, "clat_ns": { "N": 0 } }""";

    private const string Busy =
        """
        {
          "io_bytes": 8192, "bw_bytes": 4096, "iops": 2.5, "total_ios": 2,
          "clat_ns": { "N": 2, "percentile": { "50.000000": 1500, "99.000000": 20000 } }
        }
        """;

    [Fact]
    public void The_direction_that_did_something_is_read()
    {
        IReadOnlyList<FioResult> results = FioResult.Parse(Report(Job(0, read: Busy), Job(0, write: Busy)));
        FioResult expected = new(2.5, 4096, 8192, MedianMicroseconds: 1.5, P99Microseconds: 20);
        Assert.Equal([expected, expected], results);
    }

    [Fact]
    public void What_fio_says_before_its_report_is_skipped() =>
        Assert.Single(FioResult.Parse("fio: a note without braces\n" + Report(Job(0, read: Busy))));

    [Fact]
    public void A_job_that_failed_is_no_result()
    {
        BenchmarkException failure = Assert.Throws<BenchmarkException>(() => FioResult.Parse(Report(Job(5))));
        Assert.Contains("errno 5", failure.Message, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fio: no such file")]
    [InlineData("{ \"jobs\": [ { \"error\"")]
    [InlineData("{ \"fio version\": \"fio-3.33\" }")]
    public void Anything_else_is_refused(string output) =>
        Assert.Throws<BenchmarkException>(() => FioResult.Parse(output));

    private static string Report(params string[] jobs) => $$"""{ "jobs": [ {{string.Join(',', jobs)}} ] }""";

    private static string Job(int error, string read = Idle, string write = Idle) =>
        $$"""{ "jobname": "job", "error": {{error}}, "read": {{read}}, "write": {{write}} }""";
}
