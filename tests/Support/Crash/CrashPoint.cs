using System.Collections.Generic;

namespace VhdxFuse.Support.Crash;

/// <summary>A file at one moment: what a power cut leaves for sure, what it may leave, and what a process that was
/// killed leaves in the cache.</summary>
/// <param name="Durable">What every completed flush covered. Not to be changed.</param>
/// <param name="Cache">What reads see. Not to be changed.</param>
/// <param name="Pending">What lies between the two, in the order it was done. Units that change nothing, whichever of
/// the others are kept, are left out.</param>
public sealed record CrashPoint(PagedBytes Durable, PagedBytes Cache, IReadOnlyList<PendingUnit> Pending)
{
    /// <summary>A file that somebody closed long ago.</summary>
    public static CrashPoint Settled(PagedBytes bytes) => new(bytes.Clone(), bytes.Clone(), []);
}
