using System;
using System.Collections.Generic;
using System.Threading;

namespace VhdxFuse.Support;

/// <summary>
/// A byte array of any length that holds only the 4 KiB pages that were written: 64 TiB of zeros cost nothing.
/// Any member may be called on many threads at once.
/// </summary>
public sealed class SparseBytes
{
    /// <summary>What is held or is a hole as a whole.</summary>
    public const int PageBytes = 4096;

    private readonly Lock _gate = new();
    private readonly SortedList<long, byte[]> _pages = []; // guarded by _gate; keyed by page index
    private long _lengthBytes; // guarded by _gate

    public SparseBytes(long lengthBytes) => _lengthBytes = lengthBytes;

    private SparseBytes(SparseBytes other)
    {
        lock (other._gate)
        {
            _lengthBytes = other._lengthBytes;
            foreach ((long index, byte[] page) in other._pages)
            {
                _pages.Add(index, (byte[])page.Clone());
            }
        }
    }

    public long LengthBytes
    {
        get
        {
            lock (_gate)
            {
                return _lengthBytes;
            }
        }
    }

    /// <summary>How many bytes are held.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_gate)
            {
                return _pages.Count * (long)PageBytes;
            }
        }
    }

    public SparseBytes Clone() => new(this);

    /// <summary>Reads up to the end.</summary>
    /// <returns>How many bytes were there.</returns>
    public int Read(long at, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        lock (_gate)
        {
            int length = (int)Math.Clamp(_lengthBytes - at, 0, target.Length);
            target = target[..length];
            while (!target.IsEmpty)
            {
                (long index, int within, int run) = Run(at, target.Length);
                if (_pages.TryGetValue(index, out byte[]? page))
                {
                    page.AsSpan(within, run).CopyTo(target);
                }
                else
                {
                    target[..run].Clear();
                }

                target = target[run..];
                at += run;
            }

            return length;
        }
    }

    /// <summary>Writes, and extends the length when that reaches past it.</summary>
    public void Write(long at, ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        lock (_gate)
        {
            _lengthBytes = Math.Max(_lengthBytes, checked(at + source.Length));
            while (!source.IsEmpty)
            {
                (long index, int within, int run) = Run(at, source.Length);
                if (!_pages.TryGetValue(index, out byte[]? page))
                {
                    page = new byte[PageBytes];
                    _pages.Add(index, page);
                }

                source[..run].CopyTo(page.AsSpan(within));
                source = source[run..];
                at += run;
            }
        }
    }

    /// <summary>Makes a range zeros: whole pages become holes. Extends the length when it reaches past it.</summary>
    public void Clear(long at, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        lock (_gate)
        {
            long end = checked(at + lengthBytes);
            _lengthBytes = Math.Max(_lengthBytes, end);
            ClearLocked(at, end);
        }
    }

    public void SetLength(long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        lock (_gate)
        {
            if (lengthBytes < _lengthBytes)
            {
                ClearLocked(lengthBytes, _lengthBytes);
            }

            _lengthBytes = lengthBytes;
        }
    }

    /// <summary>The first place from <paramref name="at"/> on that is held; the length when there is none.</summary>
    public long NextData(long at)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        lock (_gate)
        {
            int position = LowerBoundLocked(at / PageBytes);
            long found = position < _pages.Count ? _pages.GetKeyAtIndex(position) * PageBytes : _lengthBytes;
            return Math.Max(at, Math.Min(found, _lengthBytes));
        }
    }

    /// <summary>Copies of the pages that aren't all zero, by their place.</summary>
    public SortedDictionary<long, byte[]> NonZeroPages()
    {
        SortedDictionary<long, byte[]> found = [];
        lock (_gate)
        {
            foreach ((long index, byte[] page) in _pages)
            {
                if (page.AsSpan().ContainsAnyExcept((byte)0))
                {
                    found.Add(index * PageBytes, (byte[])page.Clone());
                }
            }
        }

        return found;
    }

    private static (long Index, int Within, int Run) Run(long at, int remaining)
    {
        int within = (int)(at % PageBytes);
        return (at / PageBytes, within, Math.Min(PageBytes - within, remaining));
    }

    private void ClearLocked(long at, long end)
    {
        for (int i = LowerBoundLocked(at / PageBytes); i < _pages.Count;)
        {
            long start = _pages.GetKeyAtIndex(i) * PageBytes;
            long from = Math.Max(at, start) - start;
            long to = Math.Min(end, start + PageBytes) - start;
            if (from >= to)
            {
                return;
            }

            if (to - from == PageBytes)
            {
                _pages.RemoveAt(i);
                continue;
            }

            _pages.GetValueAtIndex(i).AsSpan((int)from, (int)(to - from)).Clear();
            i++;
        }
    }

    // The position of the first page whose index is at least the one given.
    private int LowerBoundLocked(long index)
    {
        int low = 0;
        int high = _pages.Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_pages.GetKeyAtIndex(middle) < index)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
