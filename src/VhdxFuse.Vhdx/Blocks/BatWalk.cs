using System;
using System.Buffers;
using System.Buffers.Binary;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// All entries of a block allocation table that aren't zero, in their order, each judged. Holes of the file are passed
/// in one step: the table of a 64 TiB disk has 512 MiB, of which most were never written. Bitmap slots of a file
/// without parent are left out (R-BAT-10).
/// </summary>
/// <remarks>Reads the file itself, past every cache: changes that aren't at home yet must be in the file given. Whether
/// two blocks lie in one place is for the caller to find.</remarks>
internal sealed class BatWalk
{
    private const int WindowBytes = 64 * Units.KiB;
    private readonly IImageFile _file;
    private readonly DiskGeometry _geometry;
    private readonly FileOffset _table;
    private readonly long _entryCount;

    public BatWalk(IImageFile file, DiskGeometry geometry, RegionLayout layout)
    {
        _file = file;
        _geometry = geometry;
        _table = layout.Bat.Start;
        Rules = new BatRules(file, geometry, layout);

        // A region too short for the disk (R-BAT-2) is walked as far as it goes.
        _entryCount = long.Min(geometry.BatEntryCount, layout.Bat.LengthBytes / BatEntry.SizeBytes);
    }

    /// <summary>What the entries are judged by; makes their errors.</summary>
    public BatRules Rules { get; }

    /// <exception cref="VhdxException">While moving on: the file below failed.</exception>
    public Enumerator GetEnumerator() => new(this);

    private FileOffset At(long index) => _table + new BatIndex(index).OffsetInRegion;

    /// <summary>Fills the window from the first entry on that isn't in a hole.</summary>
    /// <returns>The entries it holds: none at the end of the table.</returns>
    private (long First, int Count) Fill(long from, byte[] window)
    {
        if (from < _entryCount)
        {
            from = (_file.NextData(At(from)).Value - _table.Value) / BatEntry.SizeBytes;
        }

        int count = (int)long.Clamp(_entryCount - from, 0, WindowBytes / BatEntry.SizeBytes);
        if (count > 0)
        {
            _file.ReadExactly(At(from), window.AsSpan(0, count * BatEntry.SizeBytes));
        }

        return (from, count);
    }

    /// <summary>Whether the bitmap slot of a chunk holds a bitmap; its other defects are its own.</summary>
    private bool HasBitmap(BlockIndex block)
    {
        BatIndex slot = _geometry.BitmapBatIndexOf(block);
        Span<byte> bytes = stackalloc byte[BatEntry.SizeBytes];
        if (slot.Value >= _entryCount)
        {
            return false;
        }

        _file.ReadExactly(At(slot.Value), bytes);
        var entry = new BatEntry(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        return (int)entry.State == BatEntry.BitmapPresentState;
    }

    /// <summary>Goes from entry to entry. <c>foreach</c> gives its buffer back.</summary>
    public struct Enumerator(BatWalk walk) : IDisposable
    {
        private readonly byte[] _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        private long _first; // index of the window's first entry
        private int _count;  // of entries in the window
        private int _next;   // in the window
        private long _chunk = -1;
        private bool _chunkHasBitmap; // of that chunk

        public BatItem Current { get; private set; } = default;

        public bool MoveNext()
        {
            while (true)
            {
                int bytes = _next * BatEntry.SizeBytes;
                int zeros = _window.AsSpan(bytes, (_count * BatEntry.SizeBytes) - bytes).IndexOfAnyExcept((byte)0);
                if (zeros < 0)
                {
                    (_first, _count) = walk.Fill(_first + _count, _window);
                    _next = 0;
                    if (_count == 0)
                    {
                        return false;
                    }

                    continue;
                }

                _next += zeros / BatEntry.SizeBytes;
                var index = new BatIndex(_first + _next);
                ulong raw = BinaryPrimitives.ReadUInt64LittleEndian(_window.AsSpan(_next * BatEntry.SizeBytes));
                _next++;
                if (walk._geometry.HasParent || !walk._geometry.IsSectorBitmap(index))
                {
                    Current = Judged(walk.Rules.ItemOf(index, new BatEntry(raw)));
                    return true;
                }
            }
        }

        public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_window);

        private BatItem Judged(in BatItem item)
        {
            BatDefect defect = walk.Rules.Judge(item);
            bool needsBitmap = !item.IsSectorBitmap && item.Entry.State == PayloadBlockState.PartiallyPresent;
            return item with
            {
                // R-BAT-9
                Defect = defect == BatDefect.None && needsBitmap && !ChunkHasBitmap(item.Block)
                    ? BatDefect.PartialWithoutBitmap : defect,
            };
        }

        private bool ChunkHasBitmap(BlockIndex block)
        {
            long chunk = walk._geometry.ChunkOf(block);
            if (chunk != _chunk)
            {
                _chunkHasBitmap = walk.HasBitmap(block);
                _chunk = chunk;
            }

            return _chunkHasBitmap;
        }
    }
}
