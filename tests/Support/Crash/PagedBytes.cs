using System;
using System.Collections.Generic;
using System.IO.Hashing;

namespace VhdxFuse.Support.Crash;

/// <summary>
/// The bytes of a sparse file, cheap to copy: copies share their 4 KiB pages, and each page is replaced, never changed.
/// Crash tests hold thousands of states of one file this way.
/// </summary>
/// <remarks>A page of zeros isn't held, so equal bytes have equal pages. Not for several threads at once.</remarks>
public sealed class PagedBytes
{
    public const int PageBytes = 4096;

    private Dictionary<long, Page> _pages;
    private bool _isShared; // whether another copy uses the same dictionary

    public PagedBytes() => _pages = [];

    private PagedBytes(Dictionary<long, Page> pages, long lengthBytes)
    {
        _pages = pages;
        _isShared = true;
        LengthBytes = lengthBytes;
    }

    public long LengthBytes { get; private set; }

    /// <summary>The places of the pages that aren't all zero, in no order.</summary>
    public IEnumerable<long> PagePlaces
    {
        get
        {
            foreach (long index in _pages.Keys)
            {
                yield return index * PageBytes;
            }
        }
    }

    /// <summary>Equal for equal bytes and lengths, and for others in practice never.</summary>
    public UInt128 Hash
    {
        get
        {
            UInt128 hash = XxHash128.HashToUInt128(BitConverter.GetBytes(LengthBytes), seed: -1);
            foreach ((long index, Page page) in _pages)
            {
                hash ^= page.HashAt(index);
            }

            return hash;
        }
    }

    /// <summary>Another file with the same bytes now.</summary>
    public PagedBytes Clone()
    {
        _isShared = true;
        return new PagedBytes(_pages, LengthBytes);
    }

    /// <summary>The bytes of a page; empty for one that is all zero. Not to be changed.</summary>
    public ReadOnlySpan<byte> PageAt(long at) =>
        _pages.TryGetValue(at / PageBytes, out Page? page) ? page.Bytes : default(ReadOnlySpan<byte>);

    /// <summary>Equal for equal bytes of some whole pages.</summary>
    public UInt128 HashOf(long at, long lengthBytes)
    {
        UInt128 hash = 0;
        for (long index = at / PageBytes; index < (at + lengthBytes) / PageBytes; index++)
        {
            hash ^= _pages.TryGetValue(index, out Page? page) ? page.HashAt(index) : 0;
        }

        return hash;
    }

    /// <summary>Reads up to the end.</summary>
    /// <returns>How many bytes were there.</returns>
    public int Read(long at, Span<byte> target)
    {
        int length = (int)long.Clamp(LengthBytes - at, 0, target.Length);
        Peek(at, target[..length]);
        return length;
    }

    /// <summary>Reads without regard to the length: zeros behind it.</summary>
    public void Peek(long at, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            (long index, int within, int run) = Run(at, target.Length);
            if (_pages.TryGetValue(index, out Page? page))
            {
                page.Bytes.AsSpan(within, run).CopyTo(target);
            }
            else
            {
                target[..run].Clear();
            }

            target = target[run..];
            at += run;
        }
    }

    /// <summary>Writes, and extends the length when that reaches past it.</summary>
    public void Write(long at, ReadOnlySpan<byte> source)
    {
        Own();
        LengthBytes = long.Max(LengthBytes, at + source.Length);
        while (!source.IsEmpty)
        {
            (long index, int within, int run) = Run(at, source.Length);
            Put(index, within, source[..run]);
            source = source[run..];
            at += run;
        }
    }

    /// <summary>Makes a range zeros. Extends the length when it reaches past it.</summary>
    public void Clear(long at, long lengthBytes)
    {
        Own();
        LengthBytes = long.Max(LengthBytes, at + lengthBytes);
        ClearHeld(at, at + lengthBytes);
    }

    public void SetLength(long lengthBytes)
    {
        Own();
        ClearHeld(lengthBytes, long.MaxValue);
        LengthBytes = lengthBytes;
    }

    /// <summary>The first place from <paramref name="at"/> on that is held; the length when there is none.</summary>
    public long NextData(long at)
    {
        long found = LengthBytes;
        foreach (long index in _pages.Keys)
        {
            long start = index * PageBytes;
            if (start + PageBytes > at && start < found)
            {
                found = start;
            }
        }

        return long.Max(at, found);
    }

    private static (long Index, int Within, int Run) Run(long at, int remaining)
    {
        int within = (int)(at % PageBytes);
        return (at / PageBytes, within, int.Min(PageBytes - within, remaining));
    }

    private void Own()
    {
        if (_isShared)
        {
            _pages = new Dictionary<long, Page>(_pages);
            _isShared = false;
        }
    }

    private void Put(long index, int within, ReadOnlySpan<byte> source)
    {
        bool isZero = !source.ContainsAnyExcept((byte)0);
        if (!_pages.TryGetValue(index, out Page? old))
        {
            if (isZero)
            {
                return;
            }
        }
        else if (isZero && source.Length == PageBytes)
        {
            _pages.Remove(index);
            return;
        }

        byte[] bytes = old is null ? new byte[PageBytes] : (byte[])old.Bytes.Clone();
        source.CopyTo(bytes.AsSpan(within));
        if (isZero && !bytes.AsSpan().ContainsAnyExcept((byte)0))
        {
            _pages.Remove(index);
            return;
        }

        _pages[index] = new Page(bytes);
    }

    private void ClearHeld(long at, long end)
    {
        List<long> touched = [];
        foreach (long index in _pages.Keys)
        {
            long start = index * PageBytes;
            if (start < end && start + PageBytes > at)
            {
                touched.Add(index);
            }
        }

        Span<byte> zeros = stackalloc byte[PageBytes];
        zeros.Clear();
        foreach (long index in touched)
        {
            long start = index * PageBytes;
            int from = (int)(long.Max(at, start) - start);
            int to = (int)(long.Min(end, start + PageBytes) - start);
            Put(index, from, zeros[from..to]);
        }
    }

    private sealed class Page(byte[] bytes)
    {
        private UInt128 _hash; // 0: not yet known

        public byte[] Bytes => bytes;

        // A page keeps its place in all copies, so the hash may hold it.
        public UInt128 HashAt(long index) =>
            _hash == 0 ? _hash = XxHash128.HashToUInt128(bytes, seed: index) : _hash;
    }
}
