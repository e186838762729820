using System.Collections.Generic;
using System.Linq;

namespace VhdxFuse.Support.Crash;

/// <summary>What one power cut left.</summary>
/// <param name="Bytes">The file. Not to be changed.</param>
/// <param name="Fates">Of each pending unit.</param>
/// <param name="CarriesLength">Whether a kept write past a lost length took the length with it; else it
/// vanished.</param>
public sealed record CrashImage(PagedBytes Bytes, IReadOnlyList<UnitFate> Fates, bool CarriesLength)
{
    /// <summary>For people: the pending units, those that were kept marked.</summary>
    public string Describe(CrashPoint point) =>
        (CarriesLength ? "carrying the length:" : "kept:") + string.Concat(
            from index in Enumerable.Range(0, Fates.Count)
            let unit = point.Pending[index]
            select $" {"-+~"[(int)Fates[index]]}{unit.Operation}:{(unit.IsLength ? "len" : "")}0x{unit.At:x}");
}
