using System.Collections.Generic;
using VhdxFuse.Benchmarks.Contestants;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>What one contestant came to in a row.</summary>
/// <param name="Contestant">Its name.</param>
/// <param name="Kind">What its figures are for.</param>
/// <param name="Samples">Every value, in the order they were taken.</param>
/// <param name="Spread">Null without a value.</param>
/// <param name="Failure">Why a round gave none; null when none failed.</param>
internal sealed record Result(
    string Contestant, ContestantKind Kind, IReadOnlyList<double> Samples, Spread? Spread, string? Failure);
