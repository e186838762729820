using System;

namespace VhdxFuse.Benchmarks;

/// <summary>A workload couldn't be measured; the message says why in one line, and ends in a cell of the
/// report.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
