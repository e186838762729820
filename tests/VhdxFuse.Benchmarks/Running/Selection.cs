using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Benchmarks.Workloads;

namespace VhdxFuse.Benchmarks.Running;

/// <summary>The part of the suite that is run.</summary>
internal sealed class Selection
{
    private readonly HashSet<string> _rows;

    /// <param name="all">The whole suite.</param>
    /// <param name="names">Of workloads and rows; empty for all.</param>
    /// <exception cref="BenchmarkException">There is nothing of such a name.</exception>
    public Selection(IReadOnlyList<Workload> all, IReadOnlyList<string> names)
    {
        string? unknown = names.FirstOrDefault(name => !all.Any(workload => Named(workload, name).Any()));
        if (unknown is not null)
        {
            throw new BenchmarkException($"there is no row {unknown} (see --list)");
        }

        IEnumerable<Row> rows = names.Count == 0
            ? all.SelectMany(workload => workload.Rows)
            : from workload in all from name in names from row in Named(workload, name) select row;
        _rows = [.. rows.Select(row => row.Name)];
        Workloads = [.. all.Where(workload => workload.Rows.Any(Includes))];
    }

    /// <summary>Those with a row that is wanted.</summary>
    public IReadOnlyList<Workload> Workloads { get; }

    /// <summary>The rows that are wanted.</summary>
    public IEnumerable<Row> Rows => Workloads.SelectMany(workload => workload.Rows).Where(Includes);

    public bool Includes(Row row) => _rows.Contains(row.Name);

    private static IEnumerable<Row> Named(Workload workload, string name) =>
        string.Equals(workload.Name, name, StringComparison.Ordinal)
            ? workload.Rows
            : workload.Rows.Where(row => string.Equals(row.Name, name, StringComparison.Ordinal));
}
