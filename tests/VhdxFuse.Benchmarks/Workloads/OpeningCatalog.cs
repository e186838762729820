using System.Collections.Generic;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>The rows about what a mount takes before anything is read: time and memory.</summary>
internal static class OpeningCatalog
{
    private const double MebibytesOfAHugeDisk = 40;

    public static IEnumerable<Workload> All() =>
    [
        new FirstByte(
            Row.Duration("first-byte-1g", "from the command to the first byte, common disk")
                with { Goal = Goal.ValueAtMost(20) },
            images => images.Full),
        new FirstByte(
            Row.Duration("first-byte-64t", "from the command to the first byte, 64 TiB")
                with { Goal = Goal.ValueAtMost(30) },
            images => images.Huge),
        new MemoryUse("1g", images => images.Full, goal: null),
        new MemoryUse("64t", images => images.Huge, Goal.ValueAtMost(MebibytesOfAHugeDisk)),
        new OpenFullLog(ringMiB: 1, pagesPerEntry: 1),
        new OpenFullLog(ringMiB: 8, pagesPerEntry: 126),
    ];
}
