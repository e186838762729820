using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>
/// Which entries QEMU 7.2 replays, and how: of all runs the one whose first entry has the greatest number; the number
/// of a run's second entry isn't compared; the Tail isn't looked at; the file is extended only to a Last that isn't
/// whole MiB. Our images must come out right that way too.
/// </summary>
internal static class QemuLog
{
    public static PagedBytes Replay(PagedBytes file, RawHeader header)
    {
        PagedBytes replayed = file.Clone();
        foreach (RawEntry entry in Search(new RawLog(file, header), header.LogLength))
        {
            Raw.Demand(entry.Flushed <= replayed.LengthBytes, "QEMU: the file is shorter than an entry knows it");
            foreach (RawUpdate update in entry.Updates)
            {
                RawLog.Apply(replayed, update);
            }

            if (replayed.LengthBytes < entry.Last && entry.Last % Raw.MiB != 0)
            {
                replayed.SetLength((entry.Last / Raw.MiB * Raw.MiB) + Raw.MiB);
            }
        }

        return replayed;
    }

    private static List<RawEntry> Search(RawLog log, long ringLength)
    {
        List<RawEntry> candidate = [];
        for (long read = 0; read < ringLength;)
        {
            long at = read;
            List<RawEntry> run = [];
            while (run.Sum(entry => (long)entry.Length) < ringLength
                && log.EntryAt(at % ringLength) is { } entry
                && (run.Count < 2 || entry.Sequence == run[^1].Sequence + 1))
            {
                run.Add(entry);
                at += entry.Length;
            }

            if (run.Count > 0 && (candidate.Count == 0 || run[0].Sequence > candidate[0].Sequence))
            {
                candidate = run;
            }

            read = at + RawEntry.SectorBytes; // the sector that ended the run isn't tried as a start
        }

        return candidate;
    }
}
