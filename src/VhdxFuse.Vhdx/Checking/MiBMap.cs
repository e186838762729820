using System;
using System.Collections.Generic;
using System.Numerics;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>Which MiBs of a file are taken. Grows with what is taken, to 32 MiB for a file of 256 TiB.</summary>
internal sealed class MiBMap
{
    private const int WordBits = 64;
    private const int PageWords = 64;
    private const int PageBits = PageWords * WordBits;
    private readonly Dictionary<int, ulong[]> _pages = [];
    private (int Number, ulong[] Words)? _last; // blocks mostly follow each other

    /// <summary>The end of the last range taken.</summary>
    public long EndMiB { get; private set; }

    /// <summary>Takes a range.</summary>
    /// <param name="start">In whole MiB, below the largest file.</param>
    /// <param name="lengthBytes">In whole MiB, not 0.</param>
    /// <returns>The first MiB of it that was taken before; -1 when none was.</returns>
    public long Take(FileOffset start, long lengthBytes)
    {
        long first = start.Value / Units.MiB;
        long end = first + (lengthBytes / Units.MiB);
        long taken = -1;
        for (long at = first; at < end;)
        {
            ref ulong word = ref PageAt(at)[(int)(at % PageBits / WordBits)];
            int bit = (int)(at % WordBits);
            int count = (int)long.Min(end - at, WordBits - bit);
            ulong mask = (ulong.MaxValue >> (WordBits - count)) << bit;
            if (taken < 0 && (word & mask) != 0)
            {
                taken = at - bit + BitOperations.TrailingZeroCount(word & mask);
            }

            word |= mask;
            at += count;
        }

        EndMiB = long.Max(EndMiB, end);
        return taken;
    }

    /// <summary>How many are taken below a place.</summary>
    public long CountBelow(long endMiB)
    {
        long count = 0;
        foreach ((int number, ulong[] words) in _pages)
        {
            long start = (long)number * PageBits;
            for (int i = 0; i < PageWords && start + (i * WordBits) < endMiB; i++)
            {
                long inWord = long.Min(WordBits, endMiB - start - (i * WordBits));
                count += BitOperations.PopCount(words[i] & (ulong.MaxValue >> (int)(WordBits - inWord)));
            }
        }

        return count;
    }

    private Span<ulong> PageAt(long at)
    {
        int number = (int)(at / PageBits);
        if (_last is not { } last || last.Number != number)
        {
            if (!_pages.TryGetValue(number, out ulong[]? words))
            {
                words = new ulong[PageWords];
                _pages.Add(number, words);
            }

            last = (number, words);
            _last = last;
        }

        return last.Words;
    }
}
