using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// Writes entries into the log, one at a time, each durable before the next is built. Crash contract: whatever a crash
/// leaves, the header names a log whose active sequence holds every durable entry whose pages aren't durably at home;
/// the entry being written counts or doesn't.
/// </summary>
/// <remarks>
/// The log never wraps: each lap starts at sector 0 under a LogGuid of its own (D-4, D-15), so old entries can't
/// continue a run (R-LOGW-3), and readers that ignore the Tail or take the run with the lowest number replay right
/// too. Only whoever runs the commit calls this.
/// </remarks>
internal sealed class LogWriter
{
    private const uint MaxLapSectors = 4096;
    private readonly IImageFile _file;
    private readonly LogRegion _region;
    private readonly FlushGate _flushes;
    private readonly HeaderWriter _headers;
    private readonly Func<Guid> _newGuid;
    private readonly uint _lapSectors;
    private readonly LogEntryBuilder _builder = new();
    private readonly Queue<LiveEntry> _live = new(); // from the Tail on, oldest first
    private ulong _sequenceNumber; // of the last durable entry
    private Guid _logGuid;
    private LogSector _next;
    private LogSector _tail; // of the last durable entry: from there on its sectors are taken (D-14)

    /// <param name="file">Not owned.</param>
    /// <param name="region">Where the log lies.</param>
    /// <param name="flushes">Of the same file.</param>
    /// <param name="headers">Of the same file.</param>
    /// <param name="newGuid">Gives a LogGuid for each lap.</param>
    /// <param name="lapSectors">Sectors used of the region; null: all but one, so that the end of a lap never is its
    /// start (R-LOGW-8), and at most 16 MiB: each may have a page in memory.</param>
    public LogWriter(
        IImageFile file,
        LogRegion region,
        FlushGate flushes,
        HeaderWriter headers,
        Func<Guid> newGuid,
        int? lapSectors)
    {
        _file = file;
        _region = region;
        _flushes = flushes;
        _headers = headers;
        _newGuid = newGuid;
        _lapSectors = (uint?)lapSectors ?? uint.Min(region.SectorCount - 1, MaxLapSectors);
        Invariant.Holds(_lapSectors < region.SectorCount);

        // Half a lap at most: then an entry at the start of a lap lies before a Tail in the second half.
        MaxPages = int.Min(LogEntryBuilder.MaxPages, int.Max(MinPages, ((int)_lapSectors / 2) - 1));
        Invariant.Holds(LogEntryBuilder.SectorsFor(MaxPages) < _lapSectors);
    }

    /// <summary>Pages that an entry takes.</summary>
    public int MaxPages { get; }

    /// <summary>What is ever written of the region, from its start.</summary>
    public long LapBytes => (long)_lapSectors * LogSector.SizeBytes;

    /// <summary>What a change with blocks of 1 MiB needs in the smallest lap: the BAT pages of block and bitmap, the
    /// bits, and one to spare.</summary>
    private static int MinPages => 4;

    /// <summary>Starts a log with an empty entry, which is dead until a header names it (D-3, R-LOGW-2).</summary>
    /// <returns>Its LogGuid. The entry is durable after the next flush.</returns>
    public Guid Begin()
    {
        _logGuid = _newGuid();
        _live.Clear();
        Write(default, [], default);
        _tail = default;
        return _logGuid;
    }

    /// <summary>Whether the next entry doesn't fit the lap.</summary>
    public bool StartsNewLap(int pageCount) => _next.Value + LogEntryBuilder.SectorsFor(pageCount) > _lapSectors;

    /// <summary>Pages that must be home for a new lap: all that the log still holds.</summary>
    public IEnumerable<HeldPage> LivePages() => PagesBefore(_lapSectors);

    /// <summary>Pages that would keep the next lap from starting freely: those of entries where its first entry may
    /// lie. None before the middle of the lap: most are logged again until then.</summary>
    public IEnumerable<HeldPage> PagesInTheWay()
    {
        return _next.Value < _lapSectors / 2 ? [] : PagesBefore(LogEntryBuilder.SectorsFor(MaxPages));
    }

    /// <summary>Writes an entry and makes it durable (D-11).</summary>
    /// <param name="pages">Frozen; at least one, at most <see cref="MaxPages"/>.</param>
    /// <param name="mustFollow">The flush of the payload that the pages make reachable (D-9): completed.</param>
    /// <param name="end">The end of all that the pages make reachable: durably inside the file (D-10).</param>
    public void Append(IReadOnlyList<HeldPage> pages, FlushTicket mustFollow, FileOffset end)
    {
        Invariant.Holds(pages.Count > 0);
        Invariant.Holds(pages.Count <= MaxPages);
        Invariant.Holds(_flushes.Covers(mustFollow));
        Invariant.Holds(end.Value <= _flushes.DurableLengthBytes);
        foreach (HeldPage page in pages)
        {
            page.WrittenIn = _sequenceNumber + 1;
        }

        if (StartsNewLap(pages.Count))
        {
            StartLap(pages);
        }
        else
        {
            DropSettled();
            LogSector start = _next;
            LogSector tail = _live.TryPeek(out LiveEntry? oldest) ? oldest.Start : start;
            Write(start, pages, tail);
            _flushes.Flush();
            _tail = tail;
        }

        foreach (HeldPage page in pages)
        {
            page.EntryIsDurable();
        }
    }

    // D-15. All live pages have been written home by now, if not durably. The old lap replays until the header names
    // the new one; an entry may lie at 0 only outside of what that replay reads.
    private void StartLap(IReadOnlyList<HeldPage> pages)
    {
        FlushTicket allHome = FlushTicket.None;
        foreach (HeldPage page in LivePages())
        {
            Invariant.Holds(page.HomeOf == page.LoggedIn);
            allHome = FlushTicket.Later(allHome, page.HomeFlush);
        }

        bool isFree = LogEntryBuilder.SectorsFor(pages.Count) <= _tail.Value;
        if (!isFree)
        {
            // The old lap must be dead before its sectors are written over, and durably at home before that.
            if (!_flushes.Covers(allHome))
            {
                _flushes.Flush();
            }

            _headers.Update(_headers.Current with { LogGuid = Guid.Empty });
            _flushes.Flush();
        }

        _logGuid = _newGuid();
        _live.Clear();
        Write(default, pages, default);
        _flushes.Flush();

        // D-18: once is enough here. The other copy guards against faults of the medium alone, and the end of the
        // session brings it up to date.
        _headers.Update(_headers.Current with { LogGuid = _logGuid });
        _flushes.Flush();
        _tail = default;
    }

    // D-12: an entry may lie before the Tail when each of its pages is durably at home in that version or a later one,
    // or is logged again by an entry that stays, the one about to be written included.
    private void DropSettled()
    {
        while (_live.TryPeek(out LiveEntry? oldest) && IsSettled(oldest))
        {
            _live.Dequeue();
        }
    }

    private bool IsSettled(LiveEntry entry)
    {
        foreach (HeldPage page in entry.Pages)
        {
            bool loggedAgain = page.WrittenIn > entry.SequenceNumber;
            bool durablyHome = page.HomeOf >= entry.SequenceNumber && _flushes.Covers(page.HomeFlush);
            if (!loggedAgain && !durablyHome)
            {
                return false;
            }
        }

        return true;
    }

    private void Write(LogSector start, IReadOnlyList<HeldPage> pages, LogSector tail)
    {
        // D-10: the one length for both fields, so that QEMU, which doesn't extend the file, needn't.
        long durable = _flushes.DurableLengthBytes / Units.MiB * Units.MiB;
        ReadOnlySpan<byte> entry = _builder.Build(pages, tail, _sequenceNumber + 1, _logGuid, durable);
        uint sectors = (uint)(entry.Length / LogSector.SizeBytes);
        Invariant.Holds(start.Value + sectors <= _lapSectors);
        _file.Write(_region.FileOffsetOf(start), entry);
        _sequenceNumber++;
        _live.Enqueue(new LiveEntry(start, _sequenceNumber, [.. pages]));
        _next = new LogSector(start.Value + sectors);
    }

    private IEnumerable<HeldPage> PagesBefore(uint sector)
    {
        foreach (LiveEntry entry in _live)
        {
            if (entry.Start.Value >= sector)
            {
                yield break; // they lie in their order
            }

            foreach (HeldPage page in entry.Pages)
            {
                yield return page;
            }
        }
    }

    private sealed record LiveEntry(LogSector Start, ulong SequenceNumber, HeldPage[] Pages);
}
