using System;
using System.Threading;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// The pages of the block allocation table and of sector bitmaps, read as they are needed and kept in a bounded cache.
/// Readers take no lock: a slot's version is odd while it is filled, and a reader that sees it change reads the file.
/// </summary>
internal sealed class MetadataPages(IImageFile file)
{
    public const int PageBytes = 4096;

    /// <summary>Slots of one page each: at most 8 MiB, which is the BAT of 1 TiB in 1 MiB blocks.</summary>
    private const int SlotCount = 2048;

    private readonly Slot?[] _slots = new Slot?[SlotCount];

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

    private Slot SlotOf(long page)
    {
        // A multiplicative hash: BAT pages and bitmap pages used together lie at regular distances.
        ulong hash = unchecked((ulong)page * 0x9E37_79B9_7F4A_7C15);
        ref Slot? slot = ref _slots[(int)(hash >> 53)];
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
