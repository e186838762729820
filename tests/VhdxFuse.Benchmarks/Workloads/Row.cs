namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>One line of the report: a quantity that is measured of every contestant.</summary>
/// <param name="Name">What a user asks for it by.</param>
/// <param name="What">What is measured, in a few words.</param>
/// <param name="Unit">Of its values.</param>
/// <param name="Better">Which values are good.</param>
internal sealed record Row(string Name, string What, string Unit, Better Better)
{
    public Goal? Goal { get; init; }

    /// <summary>Set for the rows that are drawn as curves.</summary>
    public CurvePoint? Point { get; init; }

    public static Row Throughput(string name, string what) => new(name, what, "MiB/s", Better.Higher);

    public static Row Rate(string name, string what, string unit = "IOPS") => new(name, what, unit, Better.Higher);

    public static Row Latency(string name, string what) => new(name, what, "µs", Better.Lower);

    public static Row Duration(string name, string what) => new(name, what, "ms", Better.Lower);

    public static Row Memory(string name, string what) => new(name, what, "MiB", Better.Lower);

    public static Row CpuPerGib(string name, string what) => new(name, what, "s/GiB", Better.Lower);
}
