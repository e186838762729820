using System.Collections.Generic;
using System.Numerics;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>A bit for each MiB of a file. Grows by pages where bits are set, to 32 MiB for a full file of 256 TiB. Not
/// safe for several threads.</summary>
internal sealed class SpaceMap
{
    private const int WordBits = 64;
    private const int PageWords = 1024;
    private readonly List<ulong[]?> _pages = []; // of PageWords words; null where no bit was ever set

    private long EndOfPages => (long)_pages.Count * PageWords * WordBits;

    /// <summary>Behind the last bit that is one; 0 when none is.</summary>
    public long End
    {
        get
        {
            for (long at = EndOfPages - WordBits; at >= 0; at -= WordBits)
            {
                ulong word = WordAt(at / WordBits);
                if (word != 0)
                {
                    return at + WordBits - BitOperations.LeadingZeroCount(word);
                }

                if (_pages[PageOf(at / WordBits)] is null)
                {
                    at = at / WordBits / PageWords * PageWords * WordBits; // the page before, in the next step
                }
            }

            return 0;
        }
    }

    /// <summary>64 bits, from bit 64 × word on.</summary>
    public ulong WordAt(long word) =>
        PageOf(word) < _pages.Count && _pages[PageOf(word)] is { } page ? page[word % PageWords] : 0;

    /// <summary>Sets bits to one or zero.</summary>
    public void Fill(long start, long count, bool value)
    {
        long end = value ? start + count : long.Min(start + count, EndOfPages);
        for (long at = start; at < end;)
        {
            int bits = BitsFrom(at, end);
            ulong mask = MaskOf((int)(at % WordBits), bits);
            long word = at / WordBits;
            if (value || WordAt(word) != 0)
            {
                ref ulong stored = ref Page(PageOf(word))[word % PageWords];
                stored = value ? stored | mask : stored & ~mask;
            }

            at += bits;
        }
    }

    /// <summary>The first of some bits that is one; null when none is.</summary>
    public long? FirstIn(long start, long count)
    {
        long end = long.Min(start + count, EndOfPages);
        for (long at = start; at < end; at += BitsFrom(at, end))
        {
            int bit = (int)(at % WordBits);
            ulong found = WordAt(at / WordBits) & MaskOf(bit, BitsFrom(at, end));
            if (found != 0)
            {
                return at - bit + BitOperations.TrailingZeroCount(found);
            }
        }

        return null;
    }

    /// <summary>The lowest run of bits that are zero.</summary>
    /// <param name="start">Where to look from.</param>
    /// <param name="end">The run lies below it.</param>
    /// <param name="count">Bits of the run, at least 1.</param>
    /// <returns>Null when there is none.</returns>
    public long? FindZeros(long start, long end, long count)
    {
        for (long at = NextZero(start, end); at + count <= end;)
        {
            if (FirstIn(at, count) is not { } taken)
            {
                return at;
            }

            at = NextZero(taken + 1, end);
        }

        return null;
    }

    /// <summary>The first bit from a place on that is zero.</summary>
    public long FirstZeroFrom(long start) => NextZero(start, long.Max(start, EndOfPages));

    /// <summary>How many bits below a place are one.</summary>
    public long CountBelow(long end)
    {
        long count = 0;
        end = long.Min(end, EndOfPages);
        for (long at = 0; at < end; at += WordBits)
        {
            count += BitOperations.PopCount(WordAt(at / WordBits) & MaskOf(0, BitsFrom(at, end)));
        }

        return count;
    }

    private long NextZero(long start, long end)
    {
        for (long at = start; at < end; at += BitsFrom(at, end))
        {
            int bit = (int)(at % WordBits);
            ulong found = ~WordAt(at / WordBits) & MaskOf(bit, BitsFrom(at, end));
            if (found != 0)
            {
                return at - bit + BitOperations.TrailingZeroCount(found);
            }
        }

        return end;
    }

    private static int PageOf(long word) => (int)(word / PageWords);

    private static int BitsFrom(long at, long end) => (int)long.Min(WordBits - (at % WordBits), end - at);

    private static ulong MaskOf(int bit, int count) => (ulong.MaxValue >> (WordBits - count)) << bit;

    private ulong[] Page(int page)
    {
        while (_pages.Count <= page)
        {
            _pages.Add(null);
        }

        return _pages[page] ??= new ulong[PageWords];
    }
}
