using System;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>Numbers as people read them: about three digits.</summary>
internal static class Figures
{
    public static string Of(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("0"),
        >= 10 => value.ToString("0.0"),
        >= 1 => value.ToString("0.00"),
        _ => value.ToString("0.000"),
    };

    /// <summary>A ratio, or a dash.</summary>
    public static string Ratio(double? ratio) => ratio is { } value ? Of(value) : "–";
}
