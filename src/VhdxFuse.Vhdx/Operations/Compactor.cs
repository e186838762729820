using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>
/// Makes an image's file as short as its content allows, in place: blocks of zeros and places kept for nothing are
/// given up, then the highest blocks move into the lowest free space, then the file is cut off behind the last of them
/// (R-CMP-1, R-CMP-2). Crash contract: at every moment the disk reads the same and keeps its DataWriteGuid, so children
/// stay valid; whatever a crash leaves, compacting again finishes.
/// </summary>
/// <remarks>Memory: 8 bytes a stored block. Blocks are read in the order in which they lie in the file.</remarks>
public sealed class Compactor
{
    /// <summary>Blocks looked at between two commits, which a stop or a crash doesn't undo.</summary>
    private const int WindowBlocks = 1 << 14;

    /// <summary>Bytes moved between two commits. Each costs two flushes; more would hide how far it is.</summary>
    private const long BatchBytes = 256 * Units.MiB;

    private readonly VhdxImage _image;
    private readonly CompactOptions _options;
    private readonly BlockWriter? _writer; // null in a rehearsal: then only the books are kept
    private readonly BlockMover? _mover; // likewise
    private readonly SpaceAllocator _space;
    private readonly ZeroScan _zeros;
    private readonly List<StoredBlock> _stored = []; // in the file; by place where it matters
    private readonly List<StoredBlock> _idle = []; // entries of absent blocks that name a place, kept or not
    private readonly HashSet<long> _partialChunks = []; // with a block that needs its bitmap
    private bool _isChanged;
    private bool _isPending; // since the last commit
    private long _zeroBlocks;
    private long _anchors;
    private long _bitmaps;
    private long _moved;
    private long _movedBytes;
    private long _batchBytes;
    private long _doneBytes;
    private long _totalBytes;

    private Compactor(DifferencingChain chain, CompactOptions options)
    {
        _image = chain.Layers[^1];
        _options = options;
        _zeros = new ZeroScan(chain);
        if (options.IsRehearsal)
        {
            _space = WritableOpening.SpaceOf(_image, extensionBytes: 0);
        }
        else
        {
            _writer = _image.Writer
                ?? throw new ArgumentException("the image is open for reading only", nameof(chain));
            _space = _writer.Space;
            _mover = new BlockMover(_image.Map, _image.Layout, _writer, _image.DataWriteGuid);
        }
    }

    private DiskGeometry Geometry => _image.Geometry;

    /// <summary>Compacts the newest image of a chain.</summary>
    /// <param name="chain">Nobody else uses its disk meanwhile. Its session is ended, cleanly unless the file
    /// fails.</param>
    /// <param name="options">How.</param>
    /// <exception cref="VhdxException">Unsupported: the image is fixed (R-CMP-3). NoSpace: the file system below has no
    /// room for a copy. Corrupt: blocks overlap. Io: a file failed; the next open replays the log.</exception>
    /// <exception cref="ArgumentException">The image is open for reading only, and this is no rehearsal.</exception>
    public static CompactReport Compact(DifferencingChain chain, CompactOptions options)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(options);
        VhdxImage image = chain.Layers[^1];
        if (image.Type == DiskType.Fixed)
        {
            throw new VhdxException(
                VhdxErrorKind.Unsupported,
                image.Path,
                "a fixed image keeps all its blocks: there is nothing to compact");
        }

        chain.Close(); // everything is at home, and the session to come keeps the disk's identity
        bool isWhole = false;
        try
        {
            CompactReport report = new Compactor(chain, options).Run(image.File.LengthBytes);
            isWhole = true;
            return report;
        }
        finally
        {
            if (!isWhole && image.Writer is { Journal.Latch.IsSet: false })
            {
                chain.Close(); // what was done so far counts
            }
        }
    }

    private CompactReport Run(long lengthBefore)
    {
        Survey();
        ReleaseIdle();
        DropZeros();
        DropBitmaps();
        MoveDown();
        bool isChanged = _isChanged || _space.End.Value < lengthBefore;
        if (isChanged)
        {
            _mover?.Begin(); // maybe there is only a tail to cut off
            _writer?.Close();
        }

        return new CompactReport
        {
            LengthBeforeBytes = lengthBefore,
            LengthAfterBytes = isChanged ? _space.End.Value : lengthBefore,
            ZeroBlockCount = _zeroBlocks,
            AnchorCount = _anchors,
            SectorBitmapCount = _bitmaps,
            MovedCount = _moved,
            MovedBytes = _movedBytes,
        };
    }

    private void Survey()
    {
        var walk = new BatWalk(_image.File, Geometry, _image.Layout);
        foreach (BatItem item in walk)
        {
            var block = new StoredBlock(item.Start, item.Index);
            bool isIdle = item.LengthBytes == 0 || item.IsAnchor || IsBehindDisk(item.Block);
            if (isIdle && item.Entry.FileOffsetMiB != 0)
            {
                _idle.Add(block);
                _anchors += item.IsAnchor ? 1 : 0;
            }
            else if (item.LengthBytes > 0)
            {
                _stored.Add(block);
                _totalBytes += IsBitmap(block) ? 0 : item.LengthBytes;
            }
        }

        SortByPlace();
    }

    // R-RD-2, R-RD-3: the disk reads the same without those places, whether they were kept or meant nothing. The last
    // chunk of a child has entries behind the disk's end, which say nothing in any state.
    private void ReleaseIdle()
    {
        foreach (StoredBlock block in _idle)
        {
            PayloadBlockState state = IsBehindDisk(Geometry.BlockAtOrAfter(block.Index))
                ? PayloadBlockState.NotPresent : EntryOf(block).State;
            Release(block, state, block.At.Value == 0 ? 0 : Geometry.BlockSizeBytes);
        }
    }

    private void DropZeros()
    {
        var zeros = new List<StoredBlock>();
        int kept = 0;
        for (int i = 0; i < _stored.Count; i++)
        {
            StoredBlock block = _stored[i];
            if (IsBitmap(block))
            {
                _stored[kept++] = block;
            }
            else
            {
                Report();
                BlockIndex payload = Geometry.BlockAtOrAfter(block.Index);
                if (_zeros.IsZero(Geometry.StartOf(payload), Geometry.VisibleBytesOf(payload)))
                {
                    zeros.Add(block);
                }
                else
                {
                    _stored[kept++] = block;
                    NoteKept(payload, block);
                }

                _doneBytes += Geometry.BlockSizeBytes;
            }

            if (i % WindowBlocks == WindowBlocks - 1 || i == _stored.Count - 1)
            {
                DropZeros(zeros);
            }
        }

        _stored.RemoveRange(kept, _stored.Count - kept);
    }

    // R-CMP-1. In the order of the table, so that a commit holds as many as it can.
    private void DropZeros(List<StoredBlock> zeros)
    {
        zeros.Sort((a, b) => a.Index.Value.CompareTo(b.Index.Value));
        foreach (StoredBlock block in zeros)
        {
            Release(block, PayloadBlockState.Zero, Geometry.BlockSizeBytes);
        }

        _zeroBlocks += zeros.Count;
        zeros.Clear();
        Commit();
    }

    private void NoteKept(BlockIndex payload, StoredBlock block)
    {
        if (Geometry.HasParent && EntryOf(block).State == PayloadBlockState.PartiallyPresent)
        {
            _partialChunks.Add(Geometry.ChunkOf(payload));
        }
    }

    // R-BAT-9: only blocks in state 7 need one.
    private void DropBitmaps()
    {
        int kept = 0;
        foreach (StoredBlock block in CollectionsMarshal.AsSpan(_stored))
        {
            bool isNeeded = !IsBitmap(block)
                || _partialChunks.Contains(Geometry.ChunkOf(Geometry.FirstBlockBefore(block.Index)));
            if (isNeeded)
            {
                _stored[kept++] = block;
            }
            else
            {
                Release(block, PayloadBlockState.NotPresent, Units.MiB);
                _bitmaps++;
            }
        }

        _stored.RemoveRange(kept, _stored.Count - kept);
    }

    // Space that moves leave in a pass lies above all that is still to be moved in it. Where all blocks have one size
    // the first pass therefore does it all; a bitmap block that moves can make room for a payload block in the next.
    private void MoveDown()
    {
        _totalBytes = _doneBytes + BytesToMove();
        do
        {
            FreeGivenUp();
            SortByPlace();
        }
        while (MoveDownOnce() && Geometry.HasParent);
    }

    private bool MoveDownOnce()
    {
        FileOffset pinned = _image.Layout.Taken[^1].End; // the file can't be shorter
        var payloadFrom = default(FileOffset);
        var bitmapFrom = default(FileOffset);
        long movedBefore = _moved;
        int i = _stored.Count - 1;
        while (i >= 0 && _stored[i].At >= pinned)
        {
            StoredBlock block = _stored[i];
            bool isBitmap = IsBitmap(block);
            long length = LengthOf(block);
            ref FileOffset from = ref (isBitmap ? ref bitmapFrom : ref payloadFrom);
            if (from >= block.At || !_space.TryTakeLowest(from, block.At, length, out FileSpace to))
            {
                from = block.At; // nor is there room below for lower blocks of this size
                i--;
                continue;
            }

            if (TryMove(block, to))
            {
                from = to.End;
                _stored[i--] = new StoredBlock(to.At, block.Index);
            }
        }

        Commit();
        return _moved > movedBefore;
    }

    /// <returns>False when the host was full, and has as much room now as this batch can make.</returns>
    private bool TryMove(StoredBlock block, FileSpace to)
    {
        Report();
        try
        {
            Move(block, to);
        }
        catch (VhdxException full) when (full.Kind == VhdxErrorKind.NoSpace && _batchBytes > 0)
        {
            Commit(); // gives back what the blocks moved so far left
            return false;
        }

        _moved++;
        _movedBytes += to.LengthBytes;
        _doneBytes += to.LengthBytes;
        _batchBytes += to.LengthBytes;
        if (_batchBytes >= BatchBytes)
        {
            Commit();
        }

        return true;
    }

    private void Move(StoredBlock block, FileSpace to)
    {
        if (_mover is { } mover)
        {
            long content = IsBitmap(block)
                ? Units.MiB
                : Geometry.VisibleBytesOf(Geometry.BlockAtOrAfter(block.Index));
            mover.Move(block, content, to);
        }
        else
        {
            _space.Free(block.At, to.LengthBytes, SpaceClass.Dirty);
        }

        (_isChanged, _isPending) = (true, true);
    }

    private void Release(StoredBlock block, PayloadBlockState state, long lengthBytes)
    {
        FileRange? released = lengthBytes == 0 ? null : new FileRange("released block", block.At, lengthBytes);
        if (_mover is { } mover)
        {
            mover.Release(block.Index, state, released);
        }
        else if (released is { } range)
        {
            _space.Free(range.Start, range.LengthBytes, SpaceClass.Dirty);
        }

        (_isChanged, _isPending) = (true, true);
    }

    private void Commit()
    {
        if (_isPending)
        {
            _writer?.Flush();
            (_isPending, _batchBytes) = (false, 0);
        }
    }

    /// <summary>Makes all space free that was given up so far.</summary>
    private void FreeGivenUp()
    {
        if (_isChanged)
        {
            _writer?.Checkpoint();
            _isPending = false;
        }
    }

    // As many as lie behind what the file will need; a few more when gaps stay.
    private long BytesToMove()
    {
        long needed = 0;
        foreach (FileRange range in _image.Layout.Taken)
        {
            needed += range.LengthBytes;
        }

        foreach (StoredBlock block in _stored)
        {
            needed += LengthOf(block);
        }

        long above = 0;
        for (int i = _stored.Count - 1; i >= 0 && _stored[i].At.Value >= needed; i--)
        {
            above += LengthOf(_stored[i]);
        }

        return above;
    }

    private void Report() => _options.Progress?.Invoke(long.Min(_doneBytes, _totalBytes), _totalBytes);

    private void SortByPlace() => CollectionsMarshal.AsSpan(_stored).Sort();

    private bool IsBehindDisk(BlockIndex block) => block.Value >= Geometry.PayloadBlockCount;

    private bool IsBitmap(StoredBlock block) => Geometry.IsSectorBitmap(block.Index);

    private long LengthOf(StoredBlock block) => IsBitmap(block) ? Units.MiB : Geometry.BlockSizeBytes;

    private BatEntry EntryOf(StoredBlock block) =>
        BatRules.Read(_image.Map.Pages, _image.Layout.Bat.Start + block.Index.OffsetInRegion);
}
