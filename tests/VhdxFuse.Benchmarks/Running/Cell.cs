using System.Collections.Generic;

namespace VhdxFuse.Benchmarks.Running;

/// <summary>What a contestant did in a row, over all rounds.</summary>
internal sealed class Cell
{
    private readonly List<double> _samples = [];

    public IReadOnlyList<double> Samples => _samples;

    /// <summary>Why a round gave no value; null when none failed.</summary>
    public string? Failure { get; private set; }

    public void Add(double value) => _samples.Add(value);

    public void Fail(string reason) => Failure ??= reason;
}
