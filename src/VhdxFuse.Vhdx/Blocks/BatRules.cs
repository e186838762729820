using System;
using System.Buffers.Binary;
using System.Diagnostics;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// What an entry of the block allocation table must hold, judged alone: the same for a read, which judges the entries
/// it uses, and for a walk over all of them. Whether blocks overlap each other takes a look at all of them, and isn't
/// judged here.
/// </summary>
internal sealed class BatRules(IImageFile file, DiskGeometry geometry, RegionLayout layout)
{
    public static FileOffset OffsetOf(BatEntry entry) => new((long)entry.FileOffsetMiB * Units.MiB);

    /// <summary>An entry as readers see it now.</summary>
    public static BatEntry Read(MetadataPages pages, FileOffset at)
    {
        Span<byte> bytes = stackalloc byte[BatEntry.SizeBytes];
        pages.Read(at, bytes);
        return new BatEntry(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
    }

    /// <summary>Whether an offset in such an entry reserves a place for a block that isn't present (R-RD-2). In states
    /// 0 and 2 it means nothing (R-RD-3).</summary>
    public static bool MayAnchor(bool isSectorBitmap, BatEntry entry) =>
        !isSectorBitmap && entry.State is PayloadBlockState.Undefined or PayloadBlockState.Unmapped;

    /// <summary>Judges what reading a payload block depends on. Makes no message: it runs for every read.</summary>
    /// <param name="first">The block.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="count">How many blocks in state 6 lie side by side from it on.</param>
    public BatDefect OfPayload(BlockIndex first, BatEntry entry, int count = 1)
    {
        if (entry.State is PayloadBlockState.FullyPresent or PayloadBlockState.PartiallyPresent)
        {
            // R-BAT-8
            if (entry.State == PayloadBlockState.PartiallyPresent && !geometry.HasParent)
            {
                return BatDefect.PartialWithoutParent;
            }

            // T-4: of the last block, only what lies below the end of the disk must be in the file.
            var last = new BlockIndex(first.Value + count - 1);
            long whole = (long)count * geometry.BlockSizeBytes;
            return OfRange(entry, whole, whole - geometry.BlockSizeBytes + geometry.VisibleBytesOf(last));
        }

        // R-BAT-7; the offset of an absent block means nothing (R-RD-3).
        return entry.State is (PayloadBlockState)4 or (PayloadBlockState)5 ? BatDefect.UnknownPayloadState
            : entry.ReservedBits != 0 ? BatDefect.ReservedBits : BatDefect.None;
    }

    /// <summary>Judges the slot of a sector bitmap block in a file with a parent.</summary>
    public BatDefect OfBitmap(BatEntry entry) => (int)entry.State switch
    {
        BatEntry.BitmapPresentState => OfRange(entry, Units.MiB, Units.MiB),
        0 => entry.ReservedBits != 0 ? BatDefect.ReservedBits : BatDefect.None,
        _ => BatDefect.UnknownBitmapState,
    };

    /// <summary>An entry with what it takes, not yet judged.</summary>
    public BatItem ItemOf(BatIndex index, BatEntry entry)
    {
        bool isBitmap = geometry.IsSectorBitmap(index);
        bool claims = isBitmap
            ? (int)entry.State == BatEntry.BitmapPresentState
            : entry.State is PayloadBlockState.FullyPresent or PayloadBlockState.PartiallyPresent
                || MayAnchor(isBitmap, entry);
        long length = !claims || entry.FileOffsetMiB == 0 || IsBeyondLargestFile(entry) ? 0
            : isBitmap ? Units.MiB : geometry.BlockSizeBytes;
        return new BatItem(
            index,
            layout.Bat.Start + index.OffsetInRegion,
            isBitmap,
            isBitmap ? geometry.FirstBlockBefore(index) : geometry.BlockAtOrAfter(index),
            entry,
            length == 0 ? default : OffsetOf(entry),
            length,
            BatDefect.None);
    }

    /// <summary>Judges an entry by itself; R-BAT-9 takes a second one.</summary>
    public BatDefect Judge(in BatItem item)
    {
        if (item.IsSectorBitmap)
        {
            return OfBitmap(item.Entry);
        }

        BatDefect defect = OfPayload(item.Block, item.Entry);
        return defect == BatDefect.None && MayAnchor(item.IsSectorBitmap, item.Entry) ? OfAnchor(item.Entry) : defect;
    }

    /// <summary>The error for a defective entry.</summary>
    /// <param name="item">Its defect isn't None.</param>
    public VhdxException ErrorOf(in BatItem item) => MessageOf(item).Breaking(RuleOf(item.Defect));

    /// <summary>The rule that a defect breaks.</summary>
    public static string RuleOf(BatDefect defect) => defect switch
    {
        BatDefect.UnknownPayloadState or BatDefect.UnknownBitmapState => "R-BAT-7",
        BatDefect.ReservedBits => "R-BAT-6",
        BatDefect.PartialWithoutParent => "R-BAT-8",
        BatDefect.PartialWithoutBitmap => "R-BAT-9",
        BatDefect.OffsetZero => "R-BAT-4",
        BatDefect.BeyondLargestFile or BatDefect.BeyondEndOfFile or BatDefect.OverlapsStructure => "R-BAT-5",
        _ => throw new UnreachableException($"no rule for {defect}"),
    };

    /// <summary>How messages name what an entry speaks of.</summary>
    public string NameOf(in BatItem item) =>
        item.IsSectorBitmap ? $"sector bitmap of chunk {geometry.ChunkOf(item.Block)}"
        : item.IsAnchor ? $"anchor of payload block {item.Block.Value}" : $"payload block {item.Block.Value}";

    private VhdxException MessageOf(in BatItem item)
    {
        BatEntry entry = item.Entry;
        string what = NameOf(item);
        return item.Defect switch
        {
            BatDefect.UnknownPayloadState or BatDefect.UnknownBitmapState =>
                Fault(item, $"{what} has the unknown state {(int)entry.State}"),
            BatDefect.ReservedBits => Fault(item, $"{what}: BAT entry 0x{entry.Raw:x16} has reserved bits set"),
            BatDefect.PartialWithoutParent => Fault(item, $"{what} is partially present in a file without parent"),
            BatDefect.PartialWithoutBitmap => Fault(
                item,
                $"{what} is partially present, but BAT entry {geometry.BitmapBatIndexOf(item.Block).Value} " +
                "names no sector bitmap for it"),
            BatDefect.OffsetZero => Fault(item, $"{what} is present at offset 0"),
            BatDefect.BeyondLargestFile =>
                Fault(item, $"{what} lies at MiB 0x{entry.FileOffsetMiB:x}, beyond the largest file"),
            BatDefect.BeyondEndOfFile => new VhdxException(
                VhdxErrorKind.Truncated,
                file.Path,
                item.EntryAt,
                $"{what} ends at {EndNeeded(item)}, but the file at 0x{file.LengthBytes:x}"),
            BatDefect.OverlapsStructure => Fault(
                item, $"{what} at {item.Start} overlaps the {layout.Hit(item.Start, item.LengthBytes)?.Name}"),
            _ => throw new UnreachableException($"no message for {item.Defect}"),
        };
    }

    private static bool IsBeyondLargestFile(BatEntry entry) =>
        entry.FileOffsetMiB >= (ulong)(Units.MaxFileSizeBytes / Units.MiB);

    /// <summary>Judges the place that an absent block reserves. It may lie behind the end of the file: nothing is read
    /// from it.</summary>
    private BatDefect OfAnchor(BatEntry entry) =>
        entry.FileOffsetMiB == 0 ? BatDefect.None
        : IsBeyondLargestFile(entry) ? BatDefect.BeyondLargestFile
        : layout.Hit(OffsetOf(entry), geometry.BlockSizeBytes) is not null ? BatDefect.OverlapsStructure
        : BatDefect.None;

    private BatDefect OfRange(BatEntry entry, long lengthBytes, long inFileBytes) =>
        entry.ReservedBits != 0 ? BatDefect.ReservedBits
        : entry.FileOffsetMiB == 0 ? BatDefect.OffsetZero
        : IsBeyondLargestFile(entry) ? BatDefect.BeyondLargestFile
        : OffsetOf(entry).Value + inFileBytes > file.LengthBytes ? BatDefect.BeyondEndOfFile
        : layout.Hit(OffsetOf(entry), lengthBytes) is not null ? BatDefect.OverlapsStructure
        : BatDefect.None;

    private FileOffset EndNeeded(in BatItem item) =>
        item.Start + (item.IsSectorBitmap ? item.LengthBytes : geometry.VisibleBytesOf(item.Block));

    private VhdxException Fault(in BatItem item, string detail) =>
        new(VhdxErrorKind.Corrupt, file.Path, item.EntryAt, detail);
}
