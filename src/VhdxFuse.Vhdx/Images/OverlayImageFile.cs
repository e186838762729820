using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// A file seen through changes that stay in memory: what a pending log would write is shown, the file below is never
/// touched (R-RPL-9). Filled once by the replayer, which ends with <see cref="Flush"/>; read by many threads
/// afterwards.
/// </summary>
/// <remarks>
/// Pages and zero ranges are kept with the number of the write that brought them, and settled in one sweep by
/// <see cref="Flush"/>: a hostile log can make any number of ranges over any number of pages, and a range may be 2^62
/// bytes long, so nothing is done per range and page, and no range is ever written out.
/// </remarks>
internal sealed class OverlayImageFile : IImageFile
{
    public const int PageBytes = 4096;

    private readonly IImageFile _below;
    private readonly Dictionary<long, (byte[] Bytes, int Write)> _pages = [];
    private readonly List<ZeroRange> _zeros = [];
    private int _writes;
    private bool _settled = true;
    private long _firstChanged = long.MaxValue; // bytes; nothing below it differs from the file
    private long _lastChanged = -1;             // bytes; nothing from here on differs from the file

    /// <summary>Takes over <paramref name="below"/>, and disposes it.</summary>
    public OverlayImageFile(IImageFile below)
    {
        _below = below;
        LengthBytes = below.LengthBytes;
    }

    public string Path => _below.Path;

    public string Identity => _below.Identity;

    public long LengthBytes { get; private set; }

    public int Read(FileOffset at, Span<byte> target)
    {
        Invariant.Holds(_settled);
        long available = long.Clamp(LengthBytes - at.Value, 0, target.Length);
        target = target[..(int)available];
        int inFile = (int)long.Clamp(_below.LengthBytes - at.Value, 0, target.Length);
        _below.ReadExactly(at, target[..inFile]); // a file that shrank meanwhile is an error, not zeros
        target[inFile..].Clear();
        PutChanges(at, target);
        return target.Length;
    }

    public bool TryReadCached(FileOffset at, Span<byte> target)
    {
        Invariant.Holds(_settled);
        bool isRead = at.Value <= _below.LengthBytes - target.Length && _below.TryReadCached(at, target);
        if (isRead)
        {
            PutChanges(at, target);
        }

        return isRead;
    }

    public nint Locate(FileOffset at, int lengthBytes)
    {
        bool isBelow = at.Value >= _lastChanged || at.Value + lengthBytes <= _firstChanged;
        return isBelow && at.Value + lengthBytes <= _below.LengthBytes ? _below.Locate(at, lengthBytes) : 0;
    }

    public bool HidesOldBlocks => false;

    /// <summary>Nothing to do: memory has no full disk.</summary>
    public void Allocate(FileOffset at, long lengthBytes)
    {
    }

    /// <summary>May name a byte inside a hole, never one behind data: callers only save time by it.</summary>
    public FileOffset NextData(FileOffset at)
    {
        if (at.Value >= _lastChanged)
        {
            return at.Value >= _below.LengthBytes ? new(LengthBytes) : Cap(_below.NextData(at));
        }

        long below = at.Value >= _below.LengthBytes ? LengthBytes : _below.NextData(at).Value;
        return new(long.Min(below, long.Max(at.Value, _firstChanged)));
    }

    /// <summary>Takes whole pages only.</summary>
    public void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        Invariant.Holds(at.Value % PageBytes == 0);
        Invariant.Holds(source.Length == PageBytes);
        _pages[at.Value / PageBytes] = (source.ToArray(), ++_writes);
        Changed(at, PageBytes);
    }

    /// <summary>Takes whole pages only.</summary>
    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        Invariant.Holds(at.Value % PageBytes == 0);
        Invariant.Holds(lengthBytes % PageBytes == 0);
        if (lengthBytes == 0)
        {
            return;
        }

        _zeros.Add(new ZeroRange(at.Value, at.Value + lengthBytes, ++_writes));
        Changed(at, lengthBytes);
    }

    public void SetLength(long lengthBytes)
    {
        Invariant.Holds(lengthBytes >= LengthBytes);
        LengthBytes = lengthBytes;
    }

    /// <summary>Settles which page or range was written last where they meet. Nothing reaches a disk.</summary>
    public void Flush()
    {
        _zeros.Sort((a, b) => a.Start.CompareTo(b.Start));
        DropPagesZeroedLater();
        MergeZeros();
        _settled = true;
    }

    public void Dispose() => _below.Dispose();

    private void PutChanges(FileOffset at, Span<byte> target)
    {
        if (at.Value < _lastChanged && at.Value + target.Length > _firstChanged)
        {
            ClearZeroed(at.Value, target);
            PutPages(at.Value, target);
        }
    }

    private FileOffset Cap(FileOffset below) => below.Value >= _below.LengthBytes ? new(LengthBytes) : below;

    private void Changed(FileOffset at, long lengthBytes)
    {
        _settled = false;
        _firstChanged = long.Min(_firstChanged, at.Value);
        _lastChanged = long.Max(_lastChanged, at.Value + lengthBytes);
        LengthBytes = long.Max(LengthBytes, at.Value + lengthBytes);
    }

    // A sweep over pages and ranges by place: the heap holds the ranges begun, the latest write on top; those that
    // have ended are dropped when they come to the top. O((pages + ranges) log ranges).
    private void DropPagesZeroedLater()
    {
        long[] pages = [.. _pages.Keys];
        Array.Sort(pages);
        var begun = new PriorityQueue<ZeroRange, int>();
        int next = 0;
        foreach (long page in pages)
        {
            long at = page * PageBytes;
            for (; next < _zeros.Count && _zeros[next].Start <= at; next++)
            {
                begun.Enqueue(_zeros[next], -_zeros[next].Write);
            }

            while (begun.TryPeek(out ZeroRange top, out _) && top.End <= at)
            {
                begun.Dequeue();
            }

            if (begun.TryPeek(out ZeroRange latest, out _) && latest.Write > _pages[page].Write)
            {
                _pages.Remove(page);
            }
        }
    }

    private void MergeZeros()
    {
        int kept = 0;
        for (int i = 1; i < _zeros.Count; i++)
        {
            if (_zeros[i].Start <= _zeros[kept].End)
            {
                _zeros[kept] = _zeros[kept] with { End = long.Max(_zeros[kept].End, _zeros[i].End) };
            }
            else
            {
                _zeros[++kept] = _zeros[i];
            }
        }

        if (_zeros.Count > 0)
        {
            _zeros.RemoveRange(kept + 1, _zeros.Count - kept - 1);
        }
    }

    private void ClearZeroed(long start, Span<byte> target)
    {
        long end = start + target.Length;
        for (int i = FirstZeroEndingAfter(start); i < _zeros.Count && _zeros[i].Start < end; i++)
        {
            int from = (int)(long.Max(_zeros[i].Start, start) - start);
            int to = (int)(long.Min(_zeros[i].End, end) - start);
            target[from..to].Clear();
        }
    }

    private int FirstZeroEndingAfter(long start)
    {
        int low = 0;
        int high = _zeros.Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = _zeros[middle].End <= start ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void PutPages(long start, Span<byte> target)
    {
        long end = long.Min(start + target.Length, _lastChanged);
        long first = long.Max(start, _firstChanged) / PageBytes;
        for (long page = first; page * PageBytes < end; page++)
        {
            if (_pages.TryGetValue(page, out (byte[] Bytes, int Write) found))
            {
                long at = page * PageBytes;
                int skip = (int)long.Max(0, start - at);
                int into = (int)long.Max(0, at - start);
                int count = int.Min(PageBytes - skip, target.Length - into);
                found.Bytes.AsSpan(skip, count).CopyTo(target[into..]);
            }
        }
    }

    private readonly record struct ZeroRange(long Start, long End, int Write);
}
