using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Output;

/// <summary>What a check found, for people: a group for each severity, the worst first.</summary>
internal static class CheckText
{
    private const int MaxLinesARule = 10;
    private const int MaxRanges = 20;

    private static readonly (string Severity, string Title)[] Groups =
        [("error", "errors"), ("warning", "warnings"), ("info", "notes")];

    public static void Print(CheckDocument check)
    {
        foreach (CheckedImageDocument image in check.Images)
        {
            Print(image);
        }

        string images = check.Images.Count == 1 ? "" : $" in {check.Images.Count} images";
        Console.Out.WriteLine(
            $"{Counted(check.Errors, "error")}, {Counted(check.Warnings, "warning")}, " +
            $"{Counted(check.Infos, "note")}{images}");
        if (check.Repair is { } repair)
        {
            Print(repair);
        }
    }

    private static void Print(CheckedImageDocument image)
    {
        Console.Out.WriteLine(OneLine.Escape(image.Path));
        if (image.Findings.Count == 0)
        {
            Console.Out.WriteLine("  nothing found");
        }

        foreach ((string severity, string title) in Groups)
        {
            FindingDocument[] findings =
            [
                .. image.Findings.Where(f => string.Equals(f.Severity, severity, StringComparison.Ordinal)),
            ];
            if (findings.Length > 0)
            {
                Console.Out.WriteLine($"  {title}");
                PrintGroup(findings);
            }
        }

        Console.Out.WriteLine();
    }

    private static void PrintGroup(FindingDocument[] findings)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (FindingDocument finding in findings)
        {
            int line = lines[finding.Rule] = lines.GetValueOrDefault(finding.Rule) + 1;
            if (line <= MaxLinesARule)
            {
                string at = finding.Offset is { } offset ? $"0x{offset:x}" : "";
                Console.Out.WriteLine($"    {finding.Rule,-9}{at,14}  {OneLine.Escape(finding.Detail)}");
            }
        }

        foreach ((string rule, int count) in lines.Where(pair => pair.Value > MaxLinesARule))
        {
            Console.Out.WriteLine($"    {rule,-9}{"",14}  {count - MaxLinesARule} more lines (--json has them)");
        }
    }

    private static void Print(RepairDocument repair)
    {
        string name = OneLine.Escape(repair.Path);
        if (repair.UnreadableBytes == 0)
        {
            Console.Out.WriteLine($"repaired: {name} is sound and holds all of the disk");
            return;
        }

        long ranges = repair.Unreadable.Count + repair.FurtherRanges;
        Console.Out.WriteLine(
            $"repaired: {name} is sound, but {repair.UnreadableBytes} bytes of the disk, in " +
            $"{Counted(ranges, "place")}, could not be read and are zeros there:");
        foreach (UnreadableDocument range in repair.Unreadable.Take(MaxRanges))
        {
            Console.Out.WriteLine(
                $"  {$"0x{range.Start:x}",16} {$"0x{range.Length:x}",16}  {OneLine.Escape(range.Reason)}");
        }

        if (ranges > MaxRanges)
        {
            Console.Out.WriteLine($"  {ranges - MaxRanges} more (--json lists them)");
        }
    }

    private static string Counted(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
