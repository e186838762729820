using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>
/// The block allocation table of a disk that grows. Entries of new blocks mean nothing until the size says that there
/// are such blocks, so they are made before: in the table's place, or in a new one. What the file holds there already
/// may be anything (R-BAT-2) and doesn't count.
/// </summary>
internal sealed class TableGrowth(
    VhdxImage image, DiskGeometry old, DiskGeometry grown, long parentBytes, ResizeOptions options)
{
    private const int WindowBytes = Units.MiB;
    private readonly BlockWriter _writer = image.Writer!;
    private readonly List<FileSpace> _taken = [];
    private FileOffset _end; // of all that

    private MetadataJournal Journal => _writer.Journal;

    /// <summary>The entry of the first block that is new.</summary>
    private BatIndex FirstNew => grown.BatIndexOf(new BlockIndex(old.PayloadBlockCount));

    private bool IsFixed => image.Type == DiskType.Fixed;

    /// <summary>Makes the new entries where the table lies (R-RSZ-2).</summary>
    /// <returns>What must be logged in one entry, the size missing.</returns>
    public MetadataChange FillInPlace()
    {
        MetadataPages pages = image.Map.Pages;
        FileOffset table = image.Layout.Bat.Start;
        FileOffset end = table + (grown.BatEntryCount * BatEntry.SizeBytes);
        byte[] now = new byte[MetadataPages.PageBytes];
        byte[] wanted = new byte[MetadataPages.PageBytes];
        for (FileOffset at = table + FirstNew.OffsetInRegion; at < end;)
        {
            at = IsAbsentFrom(IndexAt(at, table)) ? EntryAtOrBefore(pages.NextData(at), table) : at;
            int count = (int)long.Min(
                MetadataPages.PageBytes - (at.Value % MetadataPages.PageBytes), end.Value - at.Value);
            if (count <= 0)
            {
                break;
            }

            pages.Read(at, now.AsSpan(0, count));
            now.CopyTo(wanted, 0);
            Fill(IndexAt(at, table), wanted.AsSpan(0, count));
            if (!wanted.AsSpan(0, count).SequenceEqual(now.AsSpan(0, count)))
            {
                MetadataChange page = NewChange(null);
                page.Put(at, wanted.AsSpan(0, count));
                Journal.Stage(page);
            }

            at += count;
        }

        return NewChange(null);
    }

    /// <summary>Makes a larger table in new space (R-RSZ-3).</summary>
    /// <param name="layout">With the table there.</param>
    /// <returns>What must be logged in one entry, the size missing: both region tables.</returns>
    public MetadataChange Move(out RegionLayout layout)
    {
        // R-WR-11: everything durably home, so that no entry of the log from the next one on aims at the old table's
        // place, which is space for blocks then.
        _writer.Checkpoint();
        FileRange from = image.Layout.Bat;
        long lengthBytes = Units.RoundUp(grown.BatEntryCount * BatEntry.SizeBytes, Units.MiB);
        FileSpace space = Take(lengthBytes);
        Copy(from.Start, space.At);
        MetadataChange change = NewChange(from);
        layout = PutRegionTables(change, space);
        return change;
    }

    /// <summary>Gives all space back that was taken: the disk keeps its size.</summary>
    public void GiveBack()
    {
        foreach (FileSpace space in _taken)
        {
            _writer.Space.Free(space.At, space.LengthBytes, SpaceClass.Dirty);
        }
    }

    private static BatIndex IndexAt(FileOffset at, FileOffset table) =>
        new((at.Value - table.Value) / BatEntry.SizeBytes);

    private static FileOffset EntryAtOrBefore(FileOffset at, FileOffset table) =>
        table + IndexAt(at, table).OffsetInRegion;

    private MetadataChange NewChange(FileRange? freed) =>
        new() { MustFollow = Journal.Flushes.Next, End = _end, Freed = freed };

    // Whether zero is what all entries from one on must be.
    private bool IsAbsentFrom(BatIndex index) =>
        !IsFixed && grown.StartOf(grown.BlockAtOrAfter(index)) >= parentBytes;

    // Leaves the entries of old blocks, and the bitmap slots of their chunks.
    private void Fill(BatIndex first, Span<byte> entries)
    {
        long end = grown.BatEntryCount - first.Value;
        for (int i = 0; i < entries.Length / BatEntry.SizeBytes && i < end; i++)
        {
            var index = new BatIndex(first.Value + i);
            BlockIndex block = grown.BlockAtOrAfter(index);
            bool isBitmap = grown.IsSectorBitmap(index);
            bool isOld = isBitmap
                ? old.HasParent && index.Value < old.BatEntryCount
                : block.Value < old.PayloadBlockCount;
            if (!isOld)
            {
                ulong raw = isBitmap ? 0 : NewEntry(block);
                BinaryPrimitives.WriteUInt64LittleEndian(entries[(i * BatEntry.SizeBytes)..], raw);
            }
        }
    }

    private ulong NewEntry(BlockIndex block)
    {
        long start = grown.StartOf(block);
        if (!IsFixed)
        {
            // R-RSZ-4: what the parent has behind the old end of its child stays out of sight.
            return start < parentBytes ? (ulong)PayloadBlockState.Zero : 0;
        }

        // R-RSZ-6
        options.Report(start - old.DiskSizeBytes);
        FileSpace space = Take(grown.BlockSizeBytes);
        image.File.Allocate(space.At, space.LengthBytes);
        return BatEntry.Of(PayloadBlockState.FullyPresent, space.At.Value).Raw;
    }

    /// <summary>Takes space that reads as zeros.</summary>
    private FileSpace Take(long lengthBytes)
    {
        FileSpace space = _writer.Space.Take(lengthBytes);
        _taken.Add(space);
        if (space.Class != SpaceClass.Zero)
        {
            image.File.WriteZeros(space.At, space.LengthBytes);
            Journal.NotePayload();
        }

        _end = space.End > _end ? space.End : _end;
        return space;
    }

    private void Copy(FileOffset from, FileOffset to)
    {
        byte[] window = new byte[WindowBytes];
        long oldBytes = old.BatEntryCount * BatEntry.SizeBytes;
        long newBytes = grown.BatEntryCount * BatEntry.SizeBytes;
        for (long done = 0; done < newBytes; done += WindowBytes)
        {
            Span<byte> entries = window.AsSpan(0, (int)long.Min(WindowBytes, newBytes - done));
            int known = (int)long.Clamp(oldBytes - done, 0, entries.Length);
            image.File.ReadExactly(from + done, entries[..known]);
            entries[known..].Clear();
            Fill(new BatIndex(done / BatEntry.SizeBytes), entries);
            if (entries.ContainsAnyExcept((byte)0))
            {
                image.File.Write(to + done, entries);
                Journal.NotePayload();
            }
        }
    }

    private RegionLayout PutRegionTables(MetadataChange change, FileSpace space)
    {
        RegionTableEntry[] entries = [.. image.Layout.Entries];
        int bat = Array.FindIndex(entries, entry => entry.Id == RegionIds.Bat);
        entries[bat] = entries[bat] with { FileOffset = (ulong)space.At.Value, LengthBytes = (uint)space.LengthBytes };
        var table = new RegionTable(entries);
        byte[] bytes = new byte[RegionTable.SizeBytes];
        byte[] now = new byte[RegionTable.SizeBytes];
        table.Write(bytes);
        foreach (FileOffset copy in (FileOffset[])[RegionLayout.FirstTable, RegionLayout.SecondTable])
        {
            // Nearly always one page of each: more when a copy was damaged, or has more than 126 entries.
            image.Map.Pages.ReadAcross(copy, now);
            for (int at = 0; at < bytes.Length; at += MetadataPages.PageBytes)
            {
                ReadOnlySpan<byte> page = bytes.AsSpan(at, MetadataPages.PageBytes);
                if (!page.SequenceEqual(now.AsSpan(at, MetadataPages.PageBytes)))
                {
                    change.Put(copy + at, page);
                }
            }
        }

        var log = new FileRange("log", image.Log.Start, image.Log.LengthBytes);
        return RegionLayout.Judge(image.Path, RegionLayout.FirstTable, table, log, image.File.LengthBytes);
    }
}
