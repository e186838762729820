using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Something that is done on a fresh mount of a contestant, and the rows it gives values for.</summary>
internal abstract class Workload(string name, params IReadOnlyList<Row> rows)
{
    protected const int KiB = 1 << 10;
    protected const int MiB = 1 << 20;
    protected const double MillisecondsPerSecond = 1000;

    /// <summary>What a user asks for all its rows by.</summary>
    public string Name { get; } = name;

    public IReadOnlyList<Row> Rows { get; } = rows;

    /// <summary>Programs it runs on top of the contestants' own.</summary>
    public virtual IReadOnlyList<Tool> Tools => [Tool.Fio];

    /// <summary>Whether it means something for a contestant.</summary>
    public virtual bool Takes(Contestant contestant) => contestant.CanMount;

    /// <summary>Does it once. Values that were given before an exception count.</summary>
    /// <exception cref="BenchmarkException">The contestant can't do it.</exception>
    public abstract IEnumerable<Measurement> Run(Contestant contestant, Workbench bench);
}
