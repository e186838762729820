using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// The sector bitmap's part of a change of one payload block, under that block's lock and its bitmap block's. A new
/// bitmap block is zeros before the entry that names it, and that entry holds all bits of the block (R-WR-6).
/// </summary>
internal sealed class BitmapChange
{
    private readonly MetadataPages _pages;
    private readonly DiskGeometry _geometry;
    private readonly FileOffset _slot;
    private readonly FileOffset _bits;
    private readonly FileSpace? _taken;

    private BitmapChange(
        MetadataPages pages, DiskGeometry geometry, FileOffset slot, FileOffset bits, FileSpace? taken)
    {
        _pages = pages;
        _geometry = geometry;
        _slot = slot;
        _bits = bits;
        _taken = taken;
    }

    /// <summary>Space of a new bitmap block: to be given back when the change isn't staged.</summary>
    public FileSpace? Taken => _taken;

    /// <summary>Finds the bitmap block of a payload block, or takes space for one.</summary>
    /// <exception cref="VhdxException">NoSpace: there is none; nothing was changed. Corrupt: its entry is
    /// bad.</exception>
    public static BitmapChange Begin(
        MetadataPages pages, DiskGeometry geometry, RegionLayout layout, SpaceAllocator space, BlockIndex block)
    {
        FileOffset slot = layout.Bat.Start + geometry.BitmapBatIndexOf(block).OffsetInRegion;
        long bitsInBlock = block.Value % geometry.ChunkRatio * geometry.BitmapBytesPerBlock;
        BatEntry entry = BatRules.Read(pages, slot);
        if ((int)entry.State == BatEntry.BitmapPresentState)
        {
            return new BitmapChange(pages, geometry, slot, BatRules.OffsetOf(entry) + bitsInBlock, null);
        }

        FileSpace taken = space.Take(Units.MiB);
        bool isZero = taken.Class == SpaceClass.Zero;
        try
        {
            if (!isZero)
            {
                pages.File.WriteZeros(taken.At, taken.LengthBytes);
            }

            isZero = true;
        }
        finally
        {
            if (!isZero)
            {
                space.Free(taken.At, taken.LengthBytes, SpaceClass.Dirty);
            }
        }

        return new BitmapChange(pages, geometry, slot, taken.At + bitsInBlock, taken);
    }

    /// <summary>Puts the bits of some sectors, which the file now holds.</summary>
    /// <param name="change">Bits come before the block's own entry: readers must find them.</param>
    /// <param name="first">Sector in the block.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="keepOthers">Whether the other bits stay; else they mean nothing yet, whatever they are, and become
    /// zero (R-WR-9).</param>
    public void SetBits(MetadataChange change, int first, int count, bool keepOthers)
    {
        // The bytes are this block's alone (R-SBM-2), and its lock is held: nobody changes them meanwhile.
        int firstByte = keepOthers ? first / 8 : 0;
        int endByte = keepOthers ? ((first + count + 7) / 8) : _geometry.BitmapBytesPerBlock;
        byte[] bytes = new byte[endByte - firstByte];
        if (keepOthers)
        {
            _pages.ReadAcross(_bits + firstByte, bytes);
        }

        for (int bit = first; bit < first + count; bit++)
        {
            bytes[(bit / 8) - firstByte] |= (byte)(1 << (bit % 8));
        }

        change.Put(_bits + firstByte, bytes);
        if (_taken is { } taken)
        {
            change.Put(_slot, BatEntry.Of((PayloadBlockState)BatEntry.BitmapPresentState, taken.At.Value).Raw);
            change.End = taken.End > change.End ? taken.End : change.End;
        }
    }
}
