using System.Collections.Generic;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>The entries that count: a run of consecutive ones whose last, the head, names one of them as its
/// Tail.</summary>
internal sealed class ActiveSequence
{
    private ActiveSequence(IReadOnlyList<LogEntry> run, int tailIndex)
    {
        Run = run;
        TailIndex = tailIndex;
    }

    /// <summary>The whole run, oldest first.</summary>
    public IReadOnlyList<LogEntry> Run { get; }

    /// <summary>First entry of the run that is replayed; those before it must not be (R-SCN-4).</summary>
    public int TailIndex { get; }

    public LogEntry Head => Run[^1];

    /// <summary>How many entries are replayed.</summary>
    public int ReplayCount => Run.Count - TailIndex;

    /// <summary>
    /// Chooses among the runs of a scan: the valid one whose head has the greatest sequence number (R-SCN-3).
    /// </summary>
    /// <remarks>
    /// Valid entries don't overlap, so each has at most one entry right behind it and one right before it: the runs are
    /// chains, each entry lies in one, and every start in a chain ends in the same head. It is enough to look at whole
    /// chains, once each; the specification's walk from every sector comes to the same answer (R-SCN-1, R-SCN-2).
    /// </remarks>
    /// <returns>Null when no run is valid.</returns>
    public static ActiveSequence? Find(LogRegion region, LogScan scan)
    {
        var byStart = new Dictionary<LogSector, LogEntry>(scan.Entries.Count);
        foreach (LogEntry entry in scan.Entries)
        {
            byStart.Add(entry.Start, entry);
        }

        var continued = new HashSet<LogSector>();
        foreach (LogEntry entry in scan.Entries)
        {
            if (Next(region, byStart, entry) is { } next)
            {
                continued.Add(next.Start);
            }
        }

        ActiveSequence? best = null;
        foreach (LogEntry entry in scan.Entries)
        {
            if (!continued.Contains(entry.Start) && RunFrom(region, byStart, entry) is { } run
                && (best is null || run.Head.Header.SequenceNumber > best.Head.Header.SequenceNumber))
            {
                best = run;
            }
        }

        return best;
    }

    private static LogEntry? Next(LogRegion region, Dictionary<LogSector, LogEntry> byStart, LogEntry entry) =>
        entry.Header.SequenceNumber < ulong.MaxValue
        && byStart.TryGetValue(region.Advance(entry.Start, entry.SectorCount), out LogEntry next)
        && next.Header.SequenceNumber == entry.Header.SequenceNumber + 1
            ? next : null;

    // A torn newest entry isn't in the scan, so the run ends before it (R-SCN-5).
    private static ActiveSequence? RunFrom(LogRegion region, Dictionary<LogSector, LogEntry> byStart, LogEntry first)
    {
        var run = new List<LogEntry>();
        for (LogEntry? entry = first; entry is { } current; entry = Next(region, byStart, current))
        {
            run.Add(current);
        }

        int tailIndex = run.FindIndex(entry => entry.Start == run[^1].Tail);
        return tailIndex < 0 ? null : new ActiveSequence(run, tailIndex);
    }
}
