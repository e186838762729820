using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// The pages of the block allocation table and of sector bitmaps, read as they are needed and kept in a bounded cache.
/// Readers take no lock: a slot's version is odd while it is filled, and a reader that sees it change reads the file.
/// Pages of a writable image that were changed are held besides, until they are at home; they come first.
/// </summary>
internal sealed class MetadataPages(IImageFile file)
{
    public const int PageBytes = 4096;

    private const int EntryBytes = sizeof(ulong);

    /// <summary>What one look at entries alike reads: the second-level cache of most processors holds it.</summary>
    private const int WindowBytes = 128 * Units.KiB;

    /// <summary>Slots of one page each: at most 8 MiB, which is the BAT of 1 TiB in 1 MiB blocks.</summary>
    private const int SlotCount = 2048;

    private readonly Slot?[] _slots = new Slot?[SlotCount];
    private readonly ConcurrentDictionary<long, HeldPage> _held = new(); // by page number; changed by the journal only
    private int _heldCount;

    /// <summary>The file the pages come from.</summary>
    public IImageFile File => file;

    /// <summary>Copies bytes of one page.</summary>
    /// <param name="at">In the file.</param>
    /// <param name="target">Doesn't cross into the next page.</param>
    public void Read(FileOffset at, Span<byte> target)
    {
        long page = at.Value / PageBytes;
        int within = (int)(at.Value % PageBytes);
        Invariant.Holds(within + target.Length <= PageBytes);
        if (_held.TryGetValue(page, out HeldPage? held))
        {
            held.Read(within, target);
            return;
        }

        Slot slot = SlotOf(page);
        if (slot.TryCopy(page, within, target))
        {
            return;
        }

        slot.TryFill(file, page);
        if (!slot.TryCopy(page, within, target))
        {
            file.ReadExactly(at, target);
        }
    }

    /// <summary>Copies bytes of any number of pages, one after the other.</summary>
    public void ReadAcross(FileOffset at, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            int count = int.Min(PageBytes - (int)(at.Value % PageBytes), target.Length);
            Read(at, target[..count]);
            target = target[count..];
            at += count;
        }
    }

    /// <summary>Where the next byte lies that may be other than zero: in the file, or in a held page over a
    /// hole.</summary>
    public FileOffset NextData(FileOffset at)
    {
        // First the held pages, then the file: a page that is let go of in between is data of the file by then.
        long held = NextHeld(at);
        return new FileOffset(long.Min(held, file.NextData(at).Value));
    }

    private long NextHeld(FileOffset at)
    {
        long held = long.MaxValue;
        if (Volatile.Read(ref _heldCount) != 0)
        {
            foreach ((long page, HeldPage _) in _held)
            {
                long start = page * PageBytes;
                if (start + PageBytes > at.Value)
                {
                    held = long.Min(held, long.Max(start, at.Value));
                }
            }
        }

        return held;
    }

    /// <summary>Where the next entry of 8 bytes lies that isn't the one given.</summary>
    /// <param name="at">In the file, at an entry.</param>
    /// <param name="end">How far to look, at most to the end of the file.</param>
    /// <param name="entry">What to pass. A held page counts as other.</param>
    /// <returns>A place in that entry; at least <paramref name="end"/> when there is none before it.</returns>
    public FileOffset NextOther(FileOffset at, FileOffset end, ulong entry)
    {
        byte[] window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        try
        {
            while (at.Value < end.Value)
            {
                // A page that comes to be held after this look was changed after the question began.
                long held = NextHeld(at);
                FileOffset from = entry == 0 ? at + (file.NextData(at).Value - at.Value) / EntryBytes * EntryBytes : at;
                long left = long.Min(end.Value, held) - from.Value;
                if (left <= 0)
                {
                    return new FileOffset(long.Min(from.Value, held));
                }

                Span<byte> bytes = window.AsSpan(0, (int)long.Min(left, WindowBytes));
                file.ReadExactly(from, bytes);
                int other = FirstOther(bytes, entry);
                at = from + other;
                if (other < bytes.Length)
                {
                    break;
                }
            }

            return at;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    // Entries are alike when the bytes equal themselves one entry further on.
    private static int FirstOther(ReadOnlySpan<byte> bytes, ulong entry)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != entry)
        {
            return 0;
        }

        return EntryBytes + bytes[..^EntryBytes].CommonPrefixLength(bytes[EntryBytes..]);
    }

    /// <summary>The held page that a place lies in; null when it isn't held.</summary>
    public HeldPage? FindHeld(FileOffset at) => _held.GetValueOrDefault(at.Value / PageBytes);

    /// <summary>Holds a page from now on.</summary>
    public void Hold(HeldPage page)
    {
        Interlocked.Increment(ref _heldCount);
        Invariant.Holds(_held.TryAdd(page.At.Value / PageBytes, page));
    }

    /// <summary>Lets go of pages whose newest version is at home.</summary>
    public void ReleaseHome()
    {
        foreach ((long number, HeldPage page) in _held)
        {
            if (!page.IsDirty && page.HomeOf == page.LoggedIn && page.WrittenIn == page.LoggedIn)
            {
                // The slot may hold the page as it was before it was changed: nobody may find that.
                Volatile.Read(ref _slots[SlotIndexOf(number)])?.Empty();
                _held.TryRemove(number, out _);
                Interlocked.Decrement(ref _heldCount);
            }
        }
    }

    /// <summary>Empties the cache: the file was written past it. Held pages stay.</summary>
    public void Forget()
    {
        foreach (Slot? slot in _slots)
        {
            slot?.Empty();
        }
    }

    // A multiplicative hash: BAT pages and bitmap pages used together lie at regular distances.
    private static int SlotIndexOf(long page) => (int)(unchecked((ulong)page * 0x9E37_79B9_7F4A_7C15) >> 53);

    private Slot SlotOf(long page)
    {
        ref Slot? slot = ref _slots[SlotIndexOf(page)];
        return Volatile.Read(ref slot) ?? Interlocked.CompareExchange(ref slot, new Slot(), null) ?? slot!;
    }

    private sealed class Slot
    {
        private readonly byte[] _bytes = new byte[PageBytes];
        private int _version; // odd while being filled
        private long _page = -1;

        public bool TryCopy(long page, int within, Span<byte> target)
        {
            int before = Volatile.Read(ref _version);
            if ((before & 1) != 0 || Volatile.Read(ref _page) != page)
            {
                return false;
            }

            _bytes.AsSpan(within, target.Length).CopyTo(target);
            Volatile.ReadBarrier();
            return Volatile.Read(ref _version) == before;
        }

        /// <summary>Waits for a thread that is filling it: what that one read may be old.</summary>
        public void Empty()
        {
            var wait = new SpinWait();
            int before = Volatile.Read(ref _version);
            while ((before & 1) != 0 || Interlocked.CompareExchange(ref _version, before | 1, before) != before)
            {
                wait.SpinOnce();
                before = Volatile.Read(ref _version);
            }

            Volatile.Write(ref _page, -1);
            Volatile.Write(ref _version, unchecked(before + 2));
        }

        /// <summary>Does nothing when another thread is filling the slot.</summary>
        public void TryFill(IImageFile file, long page)
        {
            int before = Volatile.Read(ref _version);
            if ((before & 1) != 0 || Interlocked.CompareExchange(ref _version, before | 1, before) != before)
            {
                return;
            }

            try
            {
                Volatile.Write(ref _page, -1);
                file.ReadExactly(new FileOffset(page * PageBytes), _bytes);
                Volatile.Write(ref _page, page);
            }
            finally
            {
                Volatile.Write(ref _version, unchecked(before + 2));
            }
        }
    }
}
