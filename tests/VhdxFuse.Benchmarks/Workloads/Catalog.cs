using System.Collections.Generic;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>The whole suite, in the order of the report.</summary>
internal static class Catalog
{
    public static IReadOnlyList<Workload> All { get; } =
        [.. ReadCatalog.All(), .. WriteCatalog.All(), .. OpeningCatalog.All(), .. ScaleCatalog.All()];
}
