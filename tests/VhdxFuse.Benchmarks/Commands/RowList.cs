using Spectre.Console;
using VhdxFuse.Benchmarks.Workloads;

namespace VhdxFuse.Benchmarks.Commands;

/// <summary>Prints what there is to run.</summary>
internal static class RowList
{
    public static int Write()
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumns("workload", "row", "unit", "goal", "what");
        foreach (Workload workload in Catalog.All)
        {
            foreach (Row row in workload.Rows)
            {
                table.AddRow(workload.Name, row.Name, row.Unit, row.Goal?.ToString() ?? "", row.What);
            }
        }

        AnsiConsole.Write(table);
        return ExitCode.Fine;
    }
}
