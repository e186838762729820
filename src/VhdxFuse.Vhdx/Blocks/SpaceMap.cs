using System;
using System.Numerics;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>A bit for each MiB of a file; grows as bits are set. Not safe for several threads.</summary>
internal sealed class SpaceMap
{
    private const int WordBits = 64;
    private ulong[] _words = [];

    public bool this[long index] => (WordAt((int)(index / WordBits)) >> (int)(index % WordBits) & 1) != 0;

    /// <summary>64 bits; zero behind the last that was set.</summary>
    public ulong WordAt(int word) => word < _words.Length ? _words[word] : 0;

    /// <summary>Sets bits to one or zero.</summary>
    public void Fill(long start, long count, bool value)
    {
        long end = start + count;
        if (value && end > (long)_words.Length * WordBits)
        {
            int needed = checked((int)((end + WordBits - 1) / WordBits));
            Array.Resize(ref _words, int.Max(needed, _words.Length + (_words.Length / 2)));
        }

        for (long at = start; at < long.Min(end, (long)_words.Length * WordBits);)
        {
            int bit = (int)(at % WordBits);
            int bits = (int)long.Min(WordBits - bit, end - at);
            ulong mask = (bits == WordBits ? ulong.MaxValue : (1UL << bits) - 1) << bit;
            ref ulong word = ref _words[at / WordBits];
            word = value ? word | mask : word & ~mask;
            at += bits;
        }
    }

    /// <summary>Whether any of the bits is one.</summary>
    public bool AnyOf(long start, long count)
    {
        long end = long.Min(start + count, (long)_words.Length * WordBits);
        for (long at = start; at < end;)
        {
            int bit = (int)(at % WordBits);
            int bits = (int)long.Min(WordBits - bit, end - at);
            ulong mask = (bits == WordBits ? ulong.MaxValue : (1UL << bits) - 1) << bit;
            if ((_words[at / WordBits] & mask) != 0)
            {
                return true;
            }

            at += bits;
        }

        return false;
    }

    /// <summary>Behind the last bit that is one; 0 when none is.</summary>
    public long End
    {
        get
        {
            int word = Array.FindLastIndex(_words, static w => w != 0);
            return word < 0 ? 0 : ((word + 1L) * WordBits) - BitOperations.LeadingZeroCount(_words[word]);
        }
    }
}
