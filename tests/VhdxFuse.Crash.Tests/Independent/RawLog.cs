using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>The log as the format tells readers to read it (5.2 to 5.5).</summary>
internal sealed class RawLog(PagedBytes file, RawHeader header)
{
    private const int SectorBytes = RawEntry.SectorBytes;
    private const long LowestTarget = 0x30000;
    private readonly Dictionary<long, RawEntry?> _entries = [];

    /// <summary>The valid entry at a position of the ring.</summary>
    public RawEntry? EntryAt(long position)
    {
        if (!_entries.TryGetValue(position, out RawEntry? entry))
        {
            // Nearly all of a ring is zeros here; only what starts like an entry is looked at.
            entry = file.PageAt(header.LogAt + position).IsEmpty
                ? null
                : RawEntry.TryRead(position, header.LogGuid, header.LogLength, Read);
            _entries.Add(position, entry);
        }

        return entry;
    }

    /// <summary>The entries from the active sequence's Tail to its head.</summary>
    public IReadOnlyList<RawEntry> ActiveSequence()
    {
        List<RawEntry> best = [];
        for (long start = 0; start < header.LogLength;)
        {
            List<RawEntry> run = RunFrom(start);
            bool isSequence = run.Count > 0 && run.Exists(entry => entry.Position == run[^1].Tail);
            if (isSequence && (best.Count == 0 || run[^1].Sequence > best[^1].Sequence))
            {
                best = run;
            }

            start += isSequence ? run.Sum(entry => (long)entry.Length) : SectorBytes;
        }

        Raw.Demand(best.Count > 0, "a log is named, but the ring holds no valid sequence");
        return best[best.FindIndex(entry => entry.Position == best[^1].Tail)..];
    }

    /// <summary>The file after entries were replayed; the file itself stays as it is.</summary>
    public PagedBytes Replay(IReadOnlyList<RawEntry> entries)
    {
        RawEntry head = entries[^1];
        Raw.Demand(head.Flushed <= file.LengthBytes, "the file is shorter than the log's head knows it");
        PagedBytes replayed = file.Clone();
        foreach (RawUpdate update in entries.SelectMany(entry => entry.Updates))
        {
            bool overlapsLog = update.At < header.LogAt + header.LogLength && update.At + update.Length > header.LogAt;
            Raw.Demand(update.At >= LowestTarget && !overlapsLog, $"a log entry writes 0x{update.At:x}");
            Apply(replayed, update);
        }

        long last = (head.Last + Raw.MiB - 1) / Raw.MiB * Raw.MiB;
        if (replayed.LengthBytes < last)
        {
            replayed.SetLength(last);
        }

        return replayed;
    }

    internal static void Apply(PagedBytes target, RawUpdate update)
    {
        if (update.Page is null)
        {
            target.Clear(update.At, update.Length);
        }
        else
        {
            target.Write(update.At, update.Page);
        }
    }

    private List<RawEntry> RunFrom(long start)
    {
        List<RawEntry> run = [];
        long total = 0;
        long position = start;
        while (EntryAt(position) is { } entry)
        {
            total += entry.Length;
            if (total > header.LogLength || (run.Count > 0 && entry.Sequence != run[^1].Sequence + 1))
            {
                break;
            }

            run.Add(entry);
            position = (position + entry.Length) % header.LogLength;
        }

        return run;
    }

    private byte[] Read(long position, int length)
    {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; done += SectorBytes)
        {
            file.Peek(
                header.LogAt + ((position + done) % header.LogLength), bytes.AsSpan(done, SectorBytes));
        }

        return bytes;
    }
}
