using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// The only way by which metadata of a writable image changes: stage, log, home. Crash contract: after a flush has
/// returned, all that had completed before it is there; a change not yet flushed is there as a whole or not at all; and
/// no payload is reachable that a crash could have lost, unless what it shows instead is what was read there before.
/// </summary>
/// <remarks>
/// <para>Any thread may stage and flush. Of those that flush one runs the commit for all who wait; readers wait for
/// nobody.</para>
/// <para>Session: <see cref="Start"/>, then stages, flushes and checkpoints, then <see cref="End"/>; then another may
/// start. A failure in between sets the latch.</para>
/// </remarks>
internal sealed class MetadataJournal
{
    private readonly IImageFile _file;
    private readonly MetadataPages _pages;
    private readonly HeaderWriter _headers;
    private readonly LogRegion _log;
    private readonly LogWriter _writer;
    private readonly HomeWriter _home;
    private readonly Func<Guid> _newGuid;
    private readonly CommitGate _commits = new();
    private readonly Action _commit; // made once: a flush allocates nothing for it
    private readonly Action _checkpoint;
    private readonly ConcurrentQueue<FileRange> _freed = new(); // by durable entries, not yet taken
    private readonly Lock _loading = new(); // between reading a page that isn't held and holding it, none is released
    private readonly Lock _gate = new(); // taken after _loading
    private List<HeldPage> _dirty = []; // guarded by _gate
    private List<FileRange> _freedByDirty = []; // guarded by _gate
    private FlushTicket _mustFollow; // guarded by _gate; of what is dirty
    private FileOffset _end; // guarded by _gate; of everything staged in this session
    private long _changeCount; // writes and changes that have completed
    private long _durableChangeCount; // of those, how many the last commit covered

    /// <param name="pages">Of the image's file.</param>
    /// <param name="headers">As they are in the file.</param>
    /// <param name="log">Where the log lies.</param>
    /// <param name="newGuid">Gives the identities of the session and of each lap.</param>
    /// <param name="lapSectors">Sectors of the log that are used; null: all.</param>
    public MetadataJournal(
        MetadataPages pages, HeaderPair headers, LogRegion log, Func<Guid> newGuid, int? lapSectors)
    {
        _file = pages.File;
        _pages = pages;
        _headers = new HeaderWriter(_file, headers);
        _log = log;
        _newGuid = newGuid;
        Latch = new FailureLatch(_file.Path);
        Flushes = new FlushGate(_file);
        _writer = new LogWriter(_file, log, Flushes, _headers, newGuid, lapSectors);
        _home = new HomeWriter(_file, Flushes);
        _commit = () => Latch.Guard(CommitOnce);
        _checkpoint = () => Latch.Guard(CheckpointOnce);
    }

    /// <summary>Set by the first failure that leaves the file in doubt.</summary>
    public FailureLatch Latch { get; }

    /// <summary>The flushes of the file: tickets for what must follow them.</summary>
    public FlushGate Flushes { get; }

    /// <summary>The current header.</summary>
    public VhdxHeader Header => _headers.Current;

    /// <summary>
    /// Starts the session, before its first payload byte. D-1: a flush, since what was read so far may be in another
    /// process's cache only. D-3: FileWriteGuid (R-HUP-4) and an empty entry, one flush for both, then both headers
    /// with DataWriteGuid (R-HUP-5) and LogGuid, one after the other.
    /// </summary>
    /// <param name="settleLength">Gives the file the length that the session begins with.</param>
    /// <param name="dataWriteGuid">What the disk is known by from now on; null: by a new identity.</param>
    /// <exception cref="VhdxException">NoSpace: the log's place in the file isn't there; the disk is as it was, and the
    /// next write tries again.</exception>
    public void Start(Action settleLength, Guid? dataWriteGuid = null) => _commits.RunAlone(() =>
    {
        Latch.Guard(Flushes.Flush);
        settleLength();
        Flushes.LengthCut(_file.LengthBytes);
        lock (_gate)
        {
            _end = default; // an earlier session's may lie behind the file by now
        }

        if (Flushes.DurableLengthBytes < _file.LengthBytes)
        {
            Latch.Guard(Flushes.Flush);
        }

        // A log write must never meet a full disk.
        _file.Allocate(_log.Start, _writer.LapBytes);
        Latch.Guard(() => StartLog(dataWriteGuid));
    });

    /// <summary>Notes that payload was written: a flush from now on has something to do.</summary>
    public void NotePayload() => Interlocked.Increment(ref _changeCount);

    /// <summary>Changes metadata in memory, whole, for the next commit. Readers see it at once.</summary>
    /// <param name="change">Its payload writes have completed.</param>
    /// <exception cref="VhdxException">NoSpace: a page's place in the file isn't there; nothing was changed. Io: a page
    /// can't be read, or an earlier failure.</exception>
    public void Stage(MetadataChange change)
    {
        while (true)
        {
            Latch.ThrowIfSet();
            lock (_loading)
            {
                List<HeldPage> loaded = Load(change);
                lock (_gate)
                {
                    if (TryApplyLocked(change, loaded))
                    {
                        return;
                    }
                }
            }

            // An entry is full. That bounds memory too.
            _commits.Run(_commit);
        }
    }

    /// <summary>A guest's flush: returns when everything that had completed before the call is durable.</summary>
    /// <exception cref="VhdxException">Io: something failed, now or earlier.</exception>
    public void Flush()
    {
        Latch.ThrowIfSet();
        if (!IsSettled())
        {
            _commits.Run(_commit);
            Latch.ThrowIfSet();
        }
    }

    /// <summary>A flush, after which all pages are durably at home too (D-16).</summary>
    /// <exception cref="VhdxException">Io: something failed, now or earlier.</exception>
    public void Checkpoint()
    {
        Latch.ThrowIfSet();
        _commits.RunAlone(_checkpoint);
    }

    /// <summary>Ends the session (D-17): nothing is pending, and no header names a log.</summary>
    public void End()
    {
        Latch.ThrowIfSet();
        _commits.RunAlone(() => Latch.Guard(EndLog));
    }

    /// <summary>Space that an entry durable by now has let go of; each range is given once.</summary>
    public bool TryTakeFreed(out FileRange range) => _freed.TryDequeue(out range);

    private void StartLog(Guid? dataWriteGuid)
    {
        // Either may be lost: as long as no header names it, the entry is dead.
        _headers.Update(Header with { FileWriteGuid = _newGuid() });
        Guid logGuid = _writer.Begin();
        Flushes.Flush();
        VhdxHeader named = Header with { DataWriteGuid = dataWriteGuid ?? _newGuid(), LogGuid = logGuid };
        _headers.Update(named);
        Flushes.Flush();
        _headers.Update(named);
        Flushes.Flush();
    }

    private void EndLog()
    {
        CheckpointOnce();
        VhdxHeader clean = Header with { LogGuid = Guid.Empty };
        _headers.Update(clean);
        Flushes.Flush();
        _headers.Update(clean);
        Flushes.Flush();
    }

    private bool IsSettled() =>
        Flushes.HasFlushed && Volatile.Read(ref _changeCount) == Volatile.Read(ref _durableChangeCount);

    private List<HeldPage> Load(MetadataChange change)
    {
        var loaded = new List<HeldPage>();
        foreach ((FileOffset at, byte[] _) in change.Writes)
        {
            var page = new FileOffset(at.Value / MetadataPages.PageBytes * MetadataPages.PageBytes);
            if (_pages.FindHeld(page) is null && !loaded.Exists(known => known.At == page))
            {
                // Now, when a full disk is the writer's trouble, and not when the page goes home.
                _file.Allocate(page, MetadataPages.PageBytes);
                byte[] bytes = new byte[MetadataPages.PageBytes];
                _file.ReadExactly(page, bytes);
                loaded.Add(new HeldPage(page, bytes));
            }
        }

        return loaded;
    }

    private bool TryApplyLocked(MetadataChange change, List<HeldPage> loaded)
    {
        foreach (HeldPage page in loaded)
        {
            if (_pages.FindHeld(page.At) is null)
            {
                _pages.Hold(page);
            }
        }

        var dirtied = new List<HeldPage>();
        foreach ((FileOffset at, byte[] _) in change.Writes)
        {
            HeldPage page = _pages.FindHeld(at)!;
            if (!page.IsDirty && !dirtied.Contains(page))
            {
                dirtied.Add(page);
            }
        }

        Invariant.Holds(dirtied.Count <= _writer.MaxPages);
        if (_dirty.Count + dirtied.Count > _writer.MaxPages)
        {
            return false;
        }

        foreach ((FileOffset at, byte[] bytes) in change.Writes)
        {
            HeldPage page = _pages.FindHeld(at)!;
            page.Change((int)(at.Value - page.At.Value), bytes);
        }

        foreach (HeldPage page in dirtied)
        {
            page.IsDirty = true;
            _dirty.Add(page);
        }

        _mustFollow = FlushTicket.Later(_mustFollow, change.MustFollow);
        _end = change.End > _end ? change.End : _end;
        if (change.Freed is { } freed)
        {
            _freedByDirty.Add(freed);
        }

        Interlocked.Increment(ref _changeCount);
        return true;
    }

    private Commit Snapshot()
    {
        lock (_gate)
        {
            foreach (HeldPage page in _dirty)
            {
                page.Freeze();
            }

            var commit = new Commit(Volatile.Read(ref _changeCount), _dirty, _mustFollow, _end, _freedByDirty);
            (_dirty, _freedByDirty, _mustFollow) = ([], [], FlushTicket.None);
            return commit;
        }
    }

    private void CommitOnce()
    {
        Commit commit = Snapshot();
        bool startsLap = commit.Pages.Count > 0 && _writer.StartsNewLap(commit.Pages.Count);

        // Before the flushes of this commit, which make these home writes durable on their way.
        _home.Write(startsLap ? _writer.LivePages() : _writer.PagesInTheWay());
        if (commit.Pages.Count > 0)
        {
            bool isReachable = commit.End.Value <= Flushes.DurableLengthBytes; // D-10
            if (!Flushes.Covers(commit.MustFollow) || !isReachable)
            {
                Flushes.Flush();
            }

            _writer.Append(commit.Pages, commit.MustFollow, commit.End);
        }
        else if (!Flushes.HasFlushed || commit.ChangeCount != _durableChangeCount)
        {
            Flushes.Flush();
        }

        Volatile.Write(ref _durableChangeCount, commit.ChangeCount);
        foreach (FileRange range in commit.Freed)
        {
            _freed.Enqueue(range);
        }

        if (startsLap)
        {
            Release();
        }
    }

    private void CheckpointOnce()
    {
        CommitOnce();
        _home.Write(_writer.LivePages());
        if (!Flushes.Covers(_home.LastFlush))
        {
            Flushes.Flush();
        }

        Release();
    }

    private void Release()
    {
        lock (_loading)
        {
            lock (_gate)
            {
                _pages.ReleaseHome();
            }
        }
    }
}
