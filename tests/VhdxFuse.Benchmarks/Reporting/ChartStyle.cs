using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>The look of the charts: a colour for each contestant that can be told apart by most eyes, on light pages
/// and on dark ones.</summary>
internal static class ChartStyle
{
    private const string Shared =
        "text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}"
        + ".small{font-size:10.5px;fill:#59636e}.head{font-size:15px;font-weight:600}.ours{font-weight:600}"
        + ".end{text-anchor:end}.middle{text-anchor:middle}"
        + ".grid{stroke:#d1d9e0}.mark{stroke:#59636e;stroke-width:1.5}polyline{fill:none;stroke-width:2}";

    private const string SharedDark =
        "text{fill:#e6edf3}.small{fill:#9198a1}.grid{stroke:#3d444d}.mark{stroke:#9198a1}";

    private static readonly (string Light, string Dark)[] Ours = [("#0969da", "#4493f8"), ("#1a7f37", "#3fb950")];

    private static readonly (string Light, string Dark)[] Others =
    [
        ("#bc4c00", "#f0883e"),
        ("#d4a72c", "#e3b341"),
        ("#8250df", "#ab7df8"),
        ("#6e7781", "#8b949e"),
        ("#bf3989", "#db61a2"),
        ("#57606a", "#b1bac4"),
    ];

    /// <summary>The class of a contestant: its place in the report.</summary>
    public static string ClassOf(RunReport report, string contestant) =>
        $"c{report.Names.ToList().IndexOf(contestant)}";

    /// <summary>The style sheet for the contestants of a report.</summary>
    public static string SheetFor(RunReport report)
    {
        StringBuilder light = new(Shared);
        StringBuilder dark = new(SharedDark);
        foreach ((int index, (string forLight, string forDark)) in ColoursOf(report).Index())
        {
            light.Append(RuleFor(index, forLight));
            dark.Append(RuleFor(index, forDark));
        }

        return $"{light}@media(prefers-color-scheme:dark){{{dark}}}";
    }

    private static string RuleFor(int index, string colour) =>
        $"rect.c{index},circle.c{index}{{fill:{colour}}}polyline.c{index}{{stroke:{colour}}}";

    private static IEnumerable<(string Light, string Dark)> ColoursOf(RunReport report)
    {
        int ours = 0;
        int others = 0;
        foreach (string name in report.Names)
        {
            yield return report.OurNames.Contains(name, StringComparer.Ordinal)
                ? Ours[ours++ % Ours.Length]
                : Others[others++ % Others.Length];
        }
    }
}
