using System;
using System.Buffers.Binary;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// The block allocation table, read page by page. Each entry is judged when it is used (R-BAT-4, R-BAT-5, R-BAT-6): one
/// bad entry costs its own blocks and no others.
/// </summary>
internal sealed class BlockAllocationTable(MetadataPages pages, DiskGeometry geometry, RegionLayout layout)
{
    private const int EntriesPerPage = MetadataPages.PageBytes / BatEntry.SizeBytes;
    private readonly BatRules _rules = new(pages.File, geometry, layout);

    /// <summary>How the first block is stored, and how many behind it are stored likewise.</summary>
    /// <param name="first">Inside the disk.</param>
    /// <param name="maxCount">At least 1; the run may be shorter than the blocks that would belong to it.</param>
    public BlockRun RunAt(BlockIndex first, long maxCount)
    {
        BatIndex index = geometry.BatIndexOf(first);
        FileOffset at = layout.Bat.Start + index.OffsetInRegion;
        int inPage = EntriesPerPage - (int)(at.Value % MetadataPages.PageBytes / BatEntry.SizeBytes);
        long inChunk = geometry.ChunkRatio - (first.Value % geometry.ChunkRatio);
        int count = (int)long.Min(long.Min(maxCount, inPage), inChunk);
        Span<byte> entries = stackalloc byte[count * BatEntry.SizeBytes];
        pages.Read(at, entries);

        // R-BAT-10 (T-3): bitmap entries lie between chunks and are passed over; without a parent they may hold
        // anything.
        var entry = new BatEntry(BinaryPrimitives.ReadUInt64LittleEndian(entries));
        if (entry.State is PayloadBlockState.FullyPresent or PayloadBlockState.PartiallyPresent)
        {
            return PresentRun(first, entry, entries);
        }

        BatDefect defect = _rules.OfPayload(first, entry);
        if (defect != BatDefect.None)
        {
            return new BlockRun(entry.State, default, 1, ErrorOf(index, entry, defect));
        }

        int alike = CountAlike(entries, stepMiB: 0);
        if (alike < count || count < inPage || maxCount == count)
        {
            return new BlockRun(entry.State, default, alike);
        }

        // What the parent has cuts such a run short, and the rest would be searched again for each piece of it: only
        // holes are passed.
        var next = new BatIndex(index.Value + count);
        bool isParents = geometry.HasParent && entry.State == PayloadBlockState.NotPresent;
        long run = isParents
            ? CountHoleBeyond(next, first, maxCount)
            : CountAlikeBeyond(next, entry.Raw, first, maxCount);
        return new BlockRun(entry.State, default, long.Max(run, alike));
    }

    /// <summary>Where the sector bitmap block lies that covers a payload block.</summary>
    /// <param name="block">In state PartiallyPresent.</param>
    /// <param name="error">Why there is none (R-BAT-9).</param>
    public FileOffset BitmapOf(BlockIndex block, out VhdxException? error)
    {
        BatIndex slot = geometry.BitmapBatIndexOf(block);
        BatEntry entry = ReadEntry(slot);
        if ((int)entry.State != BatEntry.BitmapPresentState)
        {
            BatIndex index = geometry.BatIndexOf(block);
            error = ErrorOf(index, ReadEntry(index), BatDefect.PartialWithoutBitmap);
            return default;
        }

        BatDefect defect = _rules.OfBitmap(entry);
        error = defect == BatDefect.None ? null : ErrorOf(slot, entry, defect);
        return error is null ? BatRules.OffsetOf(entry) : default;
    }

    private static int CountAlike(ReadOnlySpan<byte> entries, long stepMiB)
    {
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(entries);
        int count = 1;
        for (ulong expected = first; count * BatEntry.SizeBytes < entries.Length; count++)
        {
            expected = unchecked(expected + (ulong)(stepMiB * Units.MiB));
            if (BinaryPrimitives.ReadUInt64LittleEndian(entries[(count * BatEntry.SizeBytes)..]) != expected)
            {
                break;
            }
        }

        return count;
    }

    private BlockRun PresentRun(BlockIndex first, BatEntry entry, ReadOnlySpan<byte> entries)
    {
        bool whole = entry.State == PayloadBlockState.FullyPresent;
        int count = whole ? CountAlike(entries, geometry.BlockSizeBytes / Units.MiB) : 1;
        BatDefect defect = _rules.OfPayload(first, entry, count);
        if (defect != BatDefect.None && count > 1)
        {
            count = 1; // which of them is bad is not known here: judge one at a time
            defect = _rules.OfPayload(first, entry, count);
        }

        return defect == BatDefect.None
            ? new BlockRun(entry.State, BatRules.OffsetOf(entry), count)
            : new BlockRun(entry.State, default, count, ErrorOf(geometry.BatIndexOf(first), entry, defect));
    }

    // Alike up to the end of the page: a large table is mostly a hole of the file, or one entry written over and over,
    // and either is passed in one step. What the slots of sector bitmaps hold says nothing of these blocks.
    private long CountAlikeBeyond(BatIndex next, ulong raw, BlockIndex first, long maxCount)
    {
        BatIndex last = geometry.BatIndexOf(new BlockIndex(first.Value + maxCount - 1));
        long end = long.Min(last.Value + 1, layout.Bat.LengthBytes / BatEntry.SizeBytes);
        while (next.Value < end)
        {
            long slot = geometry.BitmapBatIndexOf(geometry.BlockAtOrAfter(next)).Value;
            var stop = new BatIndex(raw == 0 ? end : long.Min(end, slot));
            FileOffset other = pages.NextOther(At(next), At(stop), raw);
            next = new BatIndex((other.Value - layout.Bat.Start.Value) / BatEntry.SizeBytes);
            if (next.Value >= end || !geometry.IsSectorBitmap(next))
            {
                break;
            }

            next = new BatIndex(next.Value + 1);
        }

        return long.Min(geometry.BlockAtOrAfter(next).Value - first.Value, maxCount);
    }

    private long CountHoleBeyond(BatIndex next, BlockIndex first, long maxCount)
    {
        long entries = (pages.NextData(At(next)).Value - layout.Bat.Start.Value) / BatEntry.SizeBytes;
        return long.Min(geometry.BlockAtOrAfter(new BatIndex(entries)).Value - first.Value, maxCount);
    }

    private FileOffset At(BatIndex index) => layout.Bat.Start + index.OffsetInRegion;

    private BatEntry ReadEntry(BatIndex index) => BatRules.Read(pages, At(index));

    private VhdxException ErrorOf(BatIndex index, BatEntry entry, BatDefect defect) =>
        _rules.ErrorOf(_rules.ItemOf(index, entry) with { Defect = defect });
}
