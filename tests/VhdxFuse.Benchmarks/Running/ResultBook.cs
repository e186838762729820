using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Workloads;

namespace VhdxFuse.Benchmarks.Running;

/// <summary>All values of a run.</summary>
internal sealed class ResultBook
{
    private readonly Dictionary<(string Row, string Contestant), Cell> _cells = [];

    /// <summary>The load of the machine, before and after each round.</summary>
    public IList<(double Before, double After)> Loads { get; } = [];

    /// <summary>The cell of a contestant that takes part in a row.</summary>
    public Cell Of(Row row, Contestant contestant)
    {
        if (!_cells.TryGetValue((row.Name, contestant.Name), out Cell? cell))
        {
            cell = new Cell();
            _cells.Add((row.Name, contestant.Name), cell);
        }

        return cell;
    }

    /// <summary>Null when the row means nothing for the contestant, or wasn't run.</summary>
    public Cell? Find(Row row, Contestant contestant) => _cells.GetValueOrDefault((row.Name, contestant.Name));
}
