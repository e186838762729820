using System;
using System.Collections.Generic;
using System.Diagnostics;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>
/// Gives a disk another size. Protocol <em>in place</em>. Crash contract: one log entry changes the size, and with it
/// the place of the block allocation table where that must move; a crash leaves the disk in its old size or in its new
/// one, with all that both have. Before that entry everything that it uncovers reads as zeros, durably; behind it what
/// it cuts off is let go.
/// </summary>
public sealed class Resizer
{
    private const int PieceBytes = Units.MiB;

    // The ends of disks are whole sectors: nothing is completed with what the disk holds.
    private static readonly ReadDisk NothingToRead = static (_, _) => throw new UnreachableException();

    private readonly VhdxImage _image;
    private readonly BlockWriter _writer;
    private readonly DifferencingChain _chain;
    private readonly ResizeOptions _options;
    private readonly DiskGeometry _old;
    private readonly long _parentBytes; // of the parent's disk: what an absent block may show; 0 without parent

    private Resizer(DifferencingChain chain, ResizeOptions options)
    {
        _chain = chain;
        _options = options;
        _image = chain.Layers[^1];
        _writer = _image.Writer
            ?? throw new ArgumentException("the chain is open for reading only", nameof(chain));
        _old = _image.Geometry;
        _parentBytes = chain.Layers.Count > 1 ? chain.Layers[^2].Geometry.DiskSizeBytes : 0;
    }

    private MetadataJournal Journal => _writer.Journal;

    /// <summary>Resizes the newest image of a chain, and with it the chain's disk. Durable when the call returns;
    /// <see cref="DifferencingChain.Close"/> ends the session. Children of the image can't be used any more.</summary>
    /// <param name="chain">Open for writing. Nobody else reads or writes its disk meanwhile.</param>
    /// <param name="options">The size.</param>
    /// <exception cref="ArgumentException">The size is no legal one, or the chain is open for reading
    /// only.</exception>
    /// <exception cref="VhdxException">WouldLoseData: something other than zeros lies behind the new end; nothing was
    /// changed. NoSpace: the file can't grow; the disk is as it was. Io: the file below failed.</exception>
    public static void Resize(DifferencingChain chain, ResizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(options);
        long size = options.DiskSizeBytes;
        int sectorBytes = chain.Disk.LogicalSectorSizeBytes;
        if (size is <= 0 or > Units.MaxDiskSizeBytes || size % sectorBytes != 0)
        {
            // R-RSZ-1
            throw new ArgumentException(
                $"the disk size is a multiple of {sectorBytes} up to 64 TiB, not {size}", nameof(options));
        }

        new Resizer(chain, options).Resize();
    }

    private void Resize()
    {
        long size = _options.DiskSizeBytes;
        if (size < _old.DiskSizeBytes)
        {
            Shrink();
        }
        else if (size > _old.DiskSizeBytes)
        {
            Grow();
        }
    }

    private void Grow()
    {
        RegionLayout layout = _image.Layout;
        DiskGeometry grown = _old.Resized(_options.DiskSizeBytes);
        _writer.Begin();
        var table = new TableGrowth(_image, _old, grown, _parentBytes, _options);
        bool isResized = false;
        try
        {
            CoverEndOfLastBlock(layout);
            MetadataChange change = grown.BatEntryCount * BatEntry.SizeBytes <= layout.Bat.LengthBytes
                ? table.FillInPlace()
                : table.Move(out layout);
            new ItemEditor(_image).Put(
                change, MetadataItemIds.VirtualDiskSize, BitConverter.GetBytes(grown.DiskSizeBytes));
            Journal.Stage(change);
            isResized = true;
        }
        finally
        {
            _image.Map.Become(isResized ? grown : _old, isResized ? layout : _image.Layout);
            if (!isResized)
            {
                table.GiveBack();
            }
        }

        _writer.Flush();
    }

    // R-RSZ-4. The last block may hold anything behind the end of the disk, or show what a longer parent has there. As
    // long as the disk ends where it does nobody sees the difference, so it may be made at any time before.
    private void CoverEndOfLastBlock(RegionLayout layout)
    {
        long end = long.Min(_options.DiskSizeBytes, Units.RoundUp(_old.DiskSizeBytes, _old.BlockSizeBytes));
        if (end == _old.DiskSizeBytes)
        {
            return;
        }

        _image.Map.Become(_old.Resized(end), layout); // has the same blocks
        for (long offset = _old.DiskSizeBytes; offset < end;)
        {
            Extent extent = _image.Map.Resolve(offset, end - offset);
            long length = extent.Kind == ExtentKind.Absent
                ? long.Min(extent.LengthBytes, _parentBytes - offset)
                : extent.LengthBytes;
            if (length > 0)
            {
                _writer.WriteZeros(offset, length, NothingToRead);
            }

            offset += extent.LengthBytes;
        }
    }

    private void Shrink()
    {
        if (!_options.DiscardsData && FirstDataBehind(_options.DiskSizeBytes) is { } data)
        {
            // R-RSZ-5
            throw new VhdxException(
                VhdxErrorKind.WouldLoseData,
                _image.Path,
                $"the disk has data behind the new end of {_options.DiskSizeBytes} bytes: the first at disk offset " +
                $"0x{data:x}");
        }

        DiskGeometry shrunk = _old.Resized(_options.DiskSizeBytes);
        _writer.Begin();
        _writer.Checkpoint(); // the walks over the table read the file
        var change = new MetadataChange();
        new ItemEditor(_image).Put(
            change, MetadataItemIds.VirtualDiskSize, BitConverter.GetBytes(shrunk.DiskSizeBytes));
        List<FileRange> freed = ClearRestOfLastChunk(change, shrunk);
        Journal.Stage(change);

        // Everything home, and durably: no log entry from here on aims at a bitmap block that is let go of.
        _writer.Checkpoint();
        foreach (FileRange range in freed)
        {
            Journal.Stage(new MetadataChange { Freed = range });
        }

        ClearEndOfLastBlock();
        _image.Map.Become(shrunk, _image.Layout);
        LetGoBehind(shrunk);
        _writer.Space.LetTailGo();
        _writer.Flush();
    }

    // The table of a child has whole chunks: what lies behind the last block counts, and goes with the size.
    private List<FileRange> ClearRestOfLastChunk(MetadataChange change, DiskGeometry shrunk)
    {
        var freed = new List<FileRange>();
        foreach (BatItem item in new BatWalk(_image.File, _old, _image.Layout))
        {
            if (item.Index.Value >= shrunk.BatEntryCount)
            {
                break;
            }

            if (IsBehind(item, shrunk))
            {
                change.Put(item.EntryAt, 0);
                if (RangeOf(item) is { } range)
                {
                    freed.Add(range);
                }
            }
        }

        return freed;
    }

    // Of a bitmap entry, the first block of its chunk says it.
    private static bool IsBehind(in BatItem item, DiskGeometry shrunk) =>
        item.Block.Value >= shrunk.PayloadBlockCount;

    private static FileRange? RangeOf(in BatItem item) =>
        item.LengthBytes > 0 ? new FileRange("block cut off", item.Start, item.LengthBytes) : null;

    private long? FirstDataBehind(long start)
    {
        byte[] buffer = new byte[PieceBytes];
        foreach (DiskExtent extent in _chain.Disk.Extents(start, _old.DiskSizeBytes - start))
        {
            _options.Report(extent.DiskOffset - start);
            if (extent.Kind == DiskExtentKind.Unreadable)
            {
                throw extent.Defect!;
            }

            if (extent.Kind == DiskExtentKind.Data && FirstDataIn(extent, buffer) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private long? FirstDataIn(DiskExtent extent, byte[] buffer)
    {
        IImageFile file = _chain.Layers[extent.Layer].File;
        foreach ((FileOffset at, long lengthBytes, bool isHole) in
            StoredPieces.Of(file, extent.FileOffset, extent.LengthBytes, buffer.Length))
        {
            long offset = extent.DiskOffset + (at.Value - extent.FileOffset.Value);
            _options.Report(offset - _options.DiskSizeBytes);
            if (isHole)
            {
                continue;
            }

            Span<byte> piece = buffer.AsSpan(0, (int)lengthBytes);
            file.ReadExactly(at, piece);
            int found = piece.IndexOfAnyExcept((byte)0);
            if (found >= 0)
            {
                return offset + found;
            }
        }

        return null;
    }

    // Another program may grow the disk without a look at what lies there.
    private void ClearEndOfLastBlock()
    {
        long end = long.Min(_old.DiskSizeBytes, Units.RoundUp(_options.DiskSizeBytes, _old.BlockSizeBytes));
        for (long offset = _options.DiskSizeBytes; offset < end;)
        {
            Extent extent = _image.Map.Resolve(offset, end - offset);
            if (extent.Kind == ExtentKind.Data)
            {
                _image.File.WriteZeros(extent.At, extent.LengthBytes);
                Journal.NotePayload();
            }

            offset += extent.LengthBytes;
        }
    }

    private void LetGoBehind(DiskGeometry shrunk)
    {
        foreach (BatItem item in new BatWalk(_image.File, _old, _image.Layout))
        {
            if (IsBehind(item, shrunk))
            {
                var change = new MetadataChange { Freed = RangeOf(item) };
                change.Put(item.EntryAt, 0);
                Journal.Stage(change);
            }
        }
    }
}
