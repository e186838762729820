using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>
/// Writes the payload of a new image as it comes, from the disk's start to its end, and in the end the block allocation
/// table. Blocks of zeros take no space in a dynamic image. Of the blocks that do only runs are kept in memory, and of
/// the table only pages that aren't zero are written: both follow the data, not the size of the disk.
/// </summary>
/// <param name="file">Long enough for what lies before the blocks.</param>
/// <param name="blocks">Where the first block goes; the next ones follow.</param>
/// <param name="blockSizeBytes">A multiple of a piece.</param>
/// <param name="isFixed">Whether every block has its place by its number.</param>
internal sealed class PayloadWriter(IImageFile file, FileOffset blocks, int blockSizeBytes, bool isFixed)
{
    private const int PageBytes = 4096;
    private const int EntriesPerPage = PageBytes / BatEntry.SizeBytes;

    private readonly List<(long First, long Count)> _runs = []; // of a dynamic image's blocks, as they lie in the file
    private readonly byte[] _page = new byte[PageBytes];
    private long _pageIndex;
    private bool _pageUsed;

    public long DataBytes { get; private set; }

    /// <summary>Blocks that have space in the file.</summary>
    public long BlockCount { get; private set; }

    public void Write(DiskPiece piece)
    {
        for (int from = 0; piece.TryFindRun(from, out int start, out int length); from = start + length)
        {
            long offset = piece.Offset + start;
            FileOffset block = isFixed
                ? blocks + (offset / blockSizeBytes * blockSizeBytes)
                : Place(offset / blockSizeBytes);
            file.Write(block + (offset % blockSizeBytes), piece.Bytes.Slice(start, length));
            DataBytes += length;
        }
    }

    /// <summary>Where a fixed image's blocks, all of them there, end.</summary>
    public FileOffset PlaceAll(long blockCount)
    {
        _runs.Add((0, blockCount));
        BlockCount = blockCount;
        return End;
    }

    /// <summary>Where the blocks end that have space.</summary>
    public FileOffset End => blocks + (BlockCount * blockSizeBytes);

    public void WriteTable(DiskGeometry geometry, FileOffset table)
    {
        FileOffset at = blocks;
        foreach ((long first, long count) in _runs)
        {
            for (long block = first; block < first + count; block++, at += blockSizeBytes)
            {
                Set(table, geometry.BatIndexOf(new BlockIndex(block)), at);
            }
        }

        FlushPage(table);
    }

    private FileOffset Place(long block)
    {
        (long first, long count) = _runs.Count > 0 ? _runs[^1] : (-1, 0);
        long last = first + count - 1;
        Invariant.Holds(block >= last);
        if (count == 0 || block > last)
        {
            if (count > 0 && block == last + 1)
            {
                _runs[^1] = (first, count + 1);
            }
            else
            {
                _runs.Add((block, 1));
            }

            BlockCount++;
        }

        return End + -blockSizeBytes;
    }

    private void Set(FileOffset table, BatIndex index, FileOffset at)
    {
        long page = index.Value / EntriesPerPage;
        if (page != _pageIndex)
        {
            FlushPage(table);
            _pageIndex = page;
        }

        Span<byte> entry = _page.AsSpan((int)(index.Value % EntriesPerPage) * BatEntry.SizeBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, BatEntry.Of(PayloadBlockState.FullyPresent, at.Value).Raw);
        _pageUsed = true;
    }

    private void FlushPage(FileOffset table)
    {
        if (_pageUsed)
        {
            file.Write(table + (_pageIndex * PageBytes), _page);
            _page.AsSpan().Clear();
            _pageUsed = false;
        }
    }
}
