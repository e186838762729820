using System.Collections.Generic;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>Which colour is whose, in one line.</summary>
internal static class ChartLegend
{
    private const double Swatch = 10;
    private const double LetterWidth = 7;
    private const double Gap = 22;

    public static void Draw(SvgWriter svg, RunReport report, IEnumerable<string> names, double left, double baseline)
    {
        double x = left;
        foreach (string name in names)
        {
            svg.Rectangle(x, baseline - Swatch, Swatch, Swatch, ChartStyle.ClassOf(report, name));
            svg.Text(x + Swatch + 5, baseline, name, "label");
            x += Swatch + 5 + (name.Length * LetterWidth) + Gap;
        }
    }
}
