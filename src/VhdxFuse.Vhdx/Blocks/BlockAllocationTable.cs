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

        // R-BAT-10 (T-3): bitmap entries lie between chunks and are passed over; without a parent they may hold anything.
        var entry = new BatEntry(BinaryPrimitives.ReadUInt64LittleEndian(entries));
        if (entry.State is PayloadBlockState.FullyPresent or PayloadBlockState.PartiallyPresent)
        {
            return PresentRun(first, entry, entries, at);
        }

        if (DefectOfAbsent(entry, at) is { } defect)
        {
            return new BlockRun(entry.State, default, 1, defect);
        }

        int alike = CountAlike(entries, stepMiB: 0);
        bool moreMayFollow = alike == count && count == inPage && maxCount > count && entry.Raw == 0;
        return new BlockRun(entry.State, default, moreMayFollow ? SkipHole(first, at, count, maxCount) : alike);
    }

    /// <summary>Where the sector bitmap block lies that covers a payload block.</summary>
    /// <param name="block">In state PartiallyPresent.</param>
    /// <param name="defect">Why there is none (R-BAT-9).</param>
    public FileOffset BitmapOf(BlockIndex block, out VhdxException? defect)
    {
        FileOffset at = layout.Bat.Start + geometry.BitmapBatIndexOf(block).OffsetInRegion;
        Span<byte> bytes = stackalloc byte[BatEntry.SizeBytes];
        pages.Read(at, bytes);
        var entry = new BatEntry(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        if ((int)entry.State != BatEntry.BitmapPresentState)
        {
            defect = Fault(
                at, $"block {block.Value} is partially present, but its sector bitmap has state {(int)entry.State}");
            return default;
        }

        defect = DefectOfRange(entry, at, "sector bitmap of block", block, Units.MiB, Units.MiB);
        return defect is null ? OffsetOf(entry) : default;
    }

    private static FileOffset OffsetOf(BatEntry entry) => new((long)entry.FileOffsetMiB * Units.MiB);

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

    private BlockRun PresentRun(BlockIndex first, BatEntry entry, ReadOnlySpan<byte> entries, FileOffset at)
    {
        bool whole = entry.State == PayloadBlockState.FullyPresent;
        int count = whole ? CountAlike(entries, geometry.BlockSizeBytes / Units.MiB) : 1;
        VhdxException? defect = DefectOfPresent(entry, at, first, count);
        if (defect is not null && count > 1)
        {
            count = 1; // which of them is bad is not known here: judge one at a time
            defect = DefectOfPresent(entry, at, first, count);
        }

        return new BlockRun(entry.State, defect is null ? OffsetOf(entry) : default, count, defect);
    }

    // Entries of zero up to the end of the page: a large table is mostly a hole of the file, passed in one step.
    private long SkipHole(BlockIndex first, FileOffset at, int count, long maxCount)
    {
        FileOffset next = pages.File.NextData(at + (count * (long)BatEntry.SizeBytes));
        long entries = (next.Value - layout.Bat.Start.Value) / BatEntry.SizeBytes;
        long blocks = geometry.BlockAtOrAfter(new BatIndex(entries)).Value - first.Value;
        return long.Clamp(blocks, count, maxCount);
    }

    private VhdxException? DefectOfAbsent(BatEntry entry, FileOffset at)
    {
        // R-BAT-7; the offset of an absent block means nothing (R-RD-3).
        if (entry.State is (PayloadBlockState)4 or (PayloadBlockState)5)
        {
            return Fault(at, $"BAT entry has the unknown payload state {(int)entry.State}");
        }

        return entry.ReservedBits != 0 ? ReservedFault(entry, at) : null;
    }

    private VhdxException? DefectOfPresent(BatEntry entry, FileOffset at, BlockIndex first, int count)
    {
        // R-BAT-8
        if (entry.State == PayloadBlockState.PartiallyPresent && !geometry.HasParent)
        {
            return Fault(at, "BAT entry is partially present in a file without parent");
        }

        // T-4: of the last block, only what lies below the end of the disk must be in the file.
        var last = new BlockIndex(first.Value + count - 1);
        long whole = (long)count * geometry.BlockSizeBytes;
        long visible = whole - geometry.BlockSizeBytes + geometry.VisibleBytesOf(last);
        return DefectOfRange(entry, at, "payload block", first, whole, visible);
    }

    // Runs for every read of a present block: a message is put together only when there is something to say.
    private VhdxException? DefectOfRange(
        BatEntry entry, FileOffset at, string what, BlockIndex block, long lengthBytes, long inFileBytes)
    {
        if (entry.ReservedBits != 0)
        {
            return ReservedFault(entry, at);
        }

        if (entry.FileOffsetMiB == 0)
        {
            return Fault(at, $"{what} {block.Value} is present at offset 0");
        }

        if (entry.FileOffsetMiB >= (ulong)(Units.MaxFileSizeBytes / Units.MiB))
        {
            return Fault(at, $"{what} {block.Value} lies at MiB 0x{entry.FileOffsetMiB:x}, beyond the largest file");
        }

        FileOffset start = OffsetOf(entry);
        if (start.Value + inFileBytes > pages.File.LengthBytes)
        {
            return new VhdxException(
                VhdxErrorKind.Truncated,
                pages.File.Path,
                at,
                $"{what} {block.Value} ends at 0x{start.Value + inFileBytes:x}, but the file at 0x{pages.File.LengthBytes:x}");
        }

        return layout.Hit(start, lengthBytes) is { } hit
            ? Fault(at, $"{what} {block.Value} at {start} overlaps the {hit.Name}") : null;
    }

    private VhdxException ReservedFault(BatEntry entry, FileOffset at) =>
        Fault(at, $"BAT entry 0x{entry.Raw:x16} has reserved bits set");

    private VhdxException Fault(FileOffset at, string detail) =>
        new(VhdxErrorKind.Corrupt, pages.File.Path, at, detail);
}
