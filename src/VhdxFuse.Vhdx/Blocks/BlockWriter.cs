using System;
using System.Threading;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// Writes the disk of one image: sectors that it holds in place, everything else by giving blocks space and letting go
/// of it. Crash contract: a sector written and not yet flushed reads as before or as written, never as anything else;
/// so payload comes before the entry that makes it reachable (D-9), and what of new space the guest didn't write is
/// zeros before that (R-WR-5). MS-VHDX 2.5.1.1; the transitions are those of vhdx-format 3.5 and 3.6.
/// </summary>
/// <remarks>Any number of threads. Writes of sectors that the file holds take no lock.</remarks>
internal sealed class BlockWriter
{
    private const int ZeroChunkBytes = Units.MiB;
    private static readonly byte[] Zeros = new byte[ZeroChunkBytes]; // never written
    private readonly BlockMap _map;
    private readonly MetadataJournal _journal;
    private readonly SpaceAllocator _space;
    private readonly Quarantine _quarantine;
    private readonly BlockLocks _locks = new();
    private readonly Lock _starting = new();
    private readonly bool _isFixed;
    private volatile bool _hasStarted; // guarded by _starting; a session is under way

    public BlockWriter(BlockMap map, MetadataJournal journal, SpaceAllocator space, bool isFixed)
    {
        _map = map;
        _journal = journal;
        _space = space;
        _isFixed = isFixed;
        _quarantine = new Quarantine(map.File, journal, space, InFlight);
    }

    /// <summary>Reads and writes of the disk that are under way.</summary>
    public InFlight InFlight { get; } = new();

    /// <summary>For changes of metadata that aren't of blocks; the session must have begun.</summary>
    public MetadataJournal Journal => _journal;

    /// <summary>What is free of the file.</summary>
    public SpaceAllocator Space => _space;

    private DiskGeometry Geometry => _map.Geometry;

    private IImageFile File => _map.File;

    /// <summary>Writes sectors, or parts of them.</summary>
    /// <param name="offset">On the disk.</param>
    /// <param name="source">Inside the disk.</param>
    /// <param name="readDisk">For the rest of a sector that is written in part.</param>
    public void Write(long offset, ReadOnlySpan<byte> source, ReadDisk readDisk)
    {
        if (!source.IsEmpty)
        {
            Begin();
        }

        while (!source.IsEmpty)
        {
            Extent extent = _map.Resolve(offset, source.Length);
            int written;
            switch (extent.Kind)
            {
                case ExtentKind.Data:
                    written = (int)extent.LengthBytes;
                    File.Write(extent.At, source[..written]);
                    _journal.NotePayload();
                    break;
                case ExtentKind.Unreadable:
                    throw extent.Defect!;
                default:
                    written = WriteAbsent(offset, source, readDisk);
                    break;
            }

            source = source[written..];
            offset += written;
        }
    }

    /// <summary>Makes a stretch read as zeros.</summary>
    public void WriteZeros(long offset, long lengthBytes, ReadDisk readDisk)
    {
        _journal.Latch.ThrowIfSet();
        while (lengthBytes > 0)
        {
            Extent extent = _map.Resolve(offset, lengthBytes);
            long zeroed = extent.Kind switch
            {
                ExtentKind.Unreadable => throw extent.Defect!,
                ExtentKind.Zero => extent.LengthBytes,
                ExtentKind.Absent when !Geometry.HasParent => extent.LengthBytes,
                _ => ZeroStored(offset, lengthBytes, extent, readDisk),
            };
            offset += zeroed;
            lengthBytes -= zeroed;
        }
    }

    /// <summary>A guest's flush.</summary>
    public void Flush()
    {
        _journal.Flush();
        _quarantine.Sweep();
    }

    /// <summary>A flush that also brings metadata home and punches freed space out of the file.</summary>
    public void Checkpoint()
    {
        _journal.Checkpoint();
        _quarantine.Sweep();
        if (_hasStarted)
        {
            _journal.Flush(); // covers the punches
            _quarantine.Sweep();
        }
    }

    /// <summary>Ends the session (D-17). Nobody reads or writes any more.</summary>
    public void Close()
    {
        _journal.Latch.ThrowIfSet();
        if (!_hasStarted)
        {
            return;
        }

        Checkpoint();
        _journal.End();
        _hasStarted = false; // whoever writes all the same starts another

        // Only now: a log that is named must never be replayed into a shorter file.
        _space.CutTail();
    }

    /// <summary>Begins a session unless one is under way. The first write does so too.</summary>
    /// <param name="dataWriteGuid">What the disk is known by from then on; null: by a new identity.</param>
    /// <exception cref="VhdxException">NoSpace: nothing was changed. Io: the file below failed.</exception>
    public void Begin(Guid? dataWriteGuid = null)
    {
        _journal.Latch.ThrowIfSet();
        if (_hasStarted)
        {
            return;
        }

        lock (_starting)
        {
            if (!_hasStarted)
            {
                _journal.Start(() => _space.Settle(keepTail: _isFixed), dataWriteGuid);
                _hasStarted = true;
            }
        }
    }

    /// <summary>Writes the part of a block that the file doesn't hold.</summary>
    /// <returns>How much was written; 0 when another thread has changed the block meanwhile.</returns>
    private int WriteAbsent(long offset, ReadOnlySpan<byte> source, ReadDisk readDisk)
    {
        BlockIndex block = Geometry.BlockAt(offset);
        long inBlock = offset - Geometry.StartOf(block);
        source = source[..(int)long.Min(source.Length, Geometry.BlockSizeBytes - inBlock)];
        _locks.Enter(block.Value);
        try
        {
            Extent extent = _map.Resolve(offset, source.Length);
            if (extent.Kind is ExtentKind.Data or ExtentKind.Unreadable)
            {
                return 0;
            }

            BatEntry entry = EntryOf(block, out FileOffset entryAt);
            bool isWhole = source.Length == Geometry.VisibleBytesOf(block);
            if (entry.State == PayloadBlockState.PartiallyPresent)
            {
                source = source[..(int)extent.LengthBytes];
                WriteSectors(block, inBlock, source, BatRules.OffsetOf(entry), readDisk);
            }
            else if (entry.State == PayloadBlockState.NotPresent && Geometry.HasParent && !isWhole)
            {
                AllocateForSectors(block, entryAt, inBlock, source, readDisk);
            }
            else
            {
                AllocateWhole(block, entry, entryAt, inBlock, source);
            }

            return source.Length;
        }
        finally
        {
            _locks.Exit(block.Value);
        }
    }

    // To state 6, from 0, 1, 2 or 3. What isn't written becomes zeros; of a child in state 0, nothing isn't written.
    private void AllocateWhole(
        BlockIndex block, BatEntry entry, FileOffset entryAt, long inBlock, ReadOnlySpan<byte> source)
    {
        bool hidesParent = entry.State == PayloadBlockState.NotPresent && Geometry.HasParent;
        FileSpace space = TakeFor(entry);
        bool isStaged = false;
        try
        {
            bool isZero = space.Class == SpaceClass.Zero;
            if (!isZero && source.Length < space.LengthBytes)
            {
                File.WriteZeros(space.At, space.LengthBytes);
            }

            File.Write(space.At + inBlock, source);
            _journal.NotePayload();

            // D-9: a crash that loses this payload shows zeros, and zeros were read here before.
            bool needsNoFlush = isZero && !hidesParent && File.HidesOldBlocks;
            var change = new MetadataChange
            {
                MustFollow = needsNoFlush ? FlushTicket.None : _journal.Flushes.Next,
                End = space.End,
            };
            change.Put(entryAt, BatEntry.Of(PayloadBlockState.FullyPresent, space.At.Value).Raw);
            _journal.Stage(change);
            isStaged = true;
        }
        finally
        {
            if (!isStaged && !IsAnchor(entry))
            {
                _space.Free(space.At, space.LengthBytes, SpaceClass.Dirty);
            }
        }
    }

    // To state 7, from 0 in a child: the sectors, then in one entry the block, all of its bits, and the bitmap block if
    // it is new (R-WR-9). The rest of the space is never read.
    private void AllocateForSectors(
        BlockIndex block, FileOffset entryAt, long inBlock, ReadOnlySpan<byte> source, ReadDisk readDisk)
    {
        FileSpace space = _space.Take(Geometry.BlockSizeBytes);
        bool isStaged = false;
        try
        {
            (int first, int count) = WriteWholeSectors(block, inBlock, source, space.At, readDisk);
            StageSectors(block, first, count, new NewBlock(entryAt, space));
            isStaged = true;
        }
        finally
        {
            if (!isStaged)
            {
                _space.Free(space.At, space.LengthBytes, SpaceClass.Dirty);
            }
        }
    }

    private void WriteSectors(
        BlockIndex block, long inBlock, ReadOnlySpan<byte> source, FileOffset payload, ReadDisk readDisk)
    {
        (int first, int count) = WriteWholeSectors(block, inBlock, source, payload, readDisk);
        StageSectors(block, first, count, null);
    }

    private void StageSectors(BlockIndex block, int first, int count, NewBlock? created)
    {
        long bitmapLock = BlockLocks.OfBitmap(block.Value / Geometry.ChunkRatio);
        _locks.Enter(bitmapLock);
        BitmapChange? bitmap = null;
        bool isStaged = false;
        try
        {
            bitmap = BitmapChange.Begin(_map.Pages, Geometry, _map.Layout, _space, block);

            // D-9: always after the payload's flush, or parent data would turn into zeros. Taken after the zeros of a
            // new bitmap block have been written too.
            var change = new MetadataChange
            {
                MustFollow = _journal.Flushes.Next,
                End = created?.Space.End ?? default,
            };
            bitmap.SetBits(change, first, count, keepOthers: created is null);
            if (created is { } fresh)
            {
                BatEntry entry = BatEntry.Of(PayloadBlockState.PartiallyPresent, fresh.Space.At.Value);
                change.Put(fresh.EntryAt, entry.Raw);
            }

            _journal.Stage(change);
            isStaged = true;
        }
        finally
        {
            if (!isStaged && bitmap?.Taken is { } taken)
            {
                _space.Free(taken.At, taken.LengthBytes, SpaceClass.Dirty);
            }

            _locks.Exit(bitmapLock);
        }
    }

    // Bits count whole sectors: what the source lacks of its first and last comes from below. None of them is in the
    // file yet, so nobody writes them at the same time.
    private (int First, int Count) WriteWholeSectors(
        BlockIndex block, long inBlock, ReadOnlySpan<byte> source, FileOffset payload, ReadDisk readDisk)
    {
        int sectorBytes = Geometry.LogicalSectorSizeBytes;
        int first = (int)(inBlock / sectorBytes);
        int end = (int)Units.DivideRoundUp(inBlock + source.Length, sectorBytes);
        long start = (long)first * sectorBytes;
        int length = (end - first) * sectorBytes;
        if (length == source.Length)
        {
            File.Write(payload + start, source);
        }
        else
        {
            byte[] whole = new byte[length];
            readDisk(Geometry.StartOf(block) + start, whole);
            source.CopyTo(whole.AsSpan((int)(inBlock - start)));
            File.Write(payload + start, whole);
        }

        _journal.NotePayload();
        return (first, end - first);
    }

    private long ZeroStored(long offset, long lengthBytes, in Extent extent, ReadDisk readDisk)
    {
        Begin(); // only here: zeros over zeros change nothing, no identifier either
        BlockIndex block = Geometry.BlockAt(offset);
        long inBlock = offset - Geometry.StartOf(block);
        long visible = Geometry.VisibleBytesOf(block);
        long part = long.Min(lengthBytes, visible - inBlock);

        // R-TR-5: a fixed disk keeps its blocks. R-TR-4: the last one is whole where the disk ends.
        if (part == visible && !_isFixed)
        {
            Unmap(block);
            return part;
        }

        part = long.Min(part, extent.LengthBytes);
        if (extent.Kind == ExtentKind.Data)
        {
            File.WriteZeros(extent.At, part);
            _journal.NotePayload();
        }
        else
        {
            part = long.Min(part, ZeroChunkBytes);
            Write(offset, Zeros.AsSpan(0, (int)part), readDisk);
        }

        return part;
    }

    // To state 2, from 0 in a child, 6 or 7. Never to 0, which would show the parent (R-TR-3).
    private void Unmap(BlockIndex block)
    {
        _locks.Enter(block.Value);
        try
        {
            BatEntry entry = EntryOf(block, out FileOffset entryAt);
            bool hasSpace = entry.State is PayloadBlockState.FullyPresent or PayloadBlockState.PartiallyPresent;
            if (!hasSpace && entry.State != PayloadBlockState.NotPresent)
            {
                return;
            }

            var at = BatRules.OffsetOf(entry);
            var change = new MetadataChange
            {
                Freed = hasSpace ? new FileRange("freed block", at, Geometry.BlockSizeBytes) : null,
            };
            change.Put(entryAt, (ulong)PayloadBlockState.Zero);
            _journal.Stage(change);
        }
        finally
        {
            _locks.Exit(block.Value);
        }
    }

    private BatEntry EntryOf(BlockIndex block, out FileOffset at)
    {
        at = _map.Layout.Bat.Start + Geometry.BatIndexOf(block).OffsetInRegion;
        return BatRules.Read(_map.Pages, at);
    }

    // A block that gave up its data but not its place gets that back (R-RD-2).
    private FileSpace TakeFor(BatEntry entry) => IsAnchor(entry)
        ? new FileSpace(
            BatRules.OffsetOf(entry), Geometry.BlockSizeBytes, SpaceClass.Dirty)
        : _space.Take(Geometry.BlockSizeBytes);

    private static bool IsAnchor(BatEntry entry) =>
        BatRules.MayAnchor(isSectorBitmap: false, entry) && entry.FileOffsetMiB != 0;

    private readonly record struct NewBlock(FileOffset EntryAt, FileSpace Space);
}
