using System;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>
/// Copies what one image file holds of its disk into another, block by block, and goes on behind what can't be read:
/// that becomes zeros. What a child doesn't hold stays its parent's.
/// </summary>
internal sealed class RepairCopy
{
    private const int PieceBytes = Units.MiB;
    private const int LeastBytes = 4096; // a failing disk loses no less
    private readonly DiskGeometry _geometry;
    private readonly UnendingFile _file;
    private readonly VirtualDisk _from;
    private readonly VirtualDisk _to;
    private readonly Action<long>? _progress;
    private readonly UnreadableList _lost = new();
    private readonly byte[] _piece = new byte[PieceBytes];
    private readonly long _mappedEnd; // of the part of the disk that the map has entries for
    private bool _isBlank; // the block at work reads as zeros in the new image until something is written

    /// <param name="from">Salvaged.</param>
    /// <param name="to">New, empty, of the same kind and sizes, open for writing.</param>
    /// <param name="progress">Told how many bytes of the disk are done.</param>
    public RepairCopy(VhdxImage from, VhdxImage to, Action<long>? progress)
    {
        _geometry = from.Geometry;
        _file = (UnendingFile)from.File;
        _from = new VirtualDisk([from]);
        _to = new VirtualDisk([to]);
        _progress = progress;
        _mappedEnd = long.Min(_from.LengthBytes, MappedBlocks(from) * _geometry.BlockSizeBytes);
    }

    public RepairReport Run()
    {
        for (long offset = 0; offset < _mappedEnd;)
        {
            _progress?.Invoke(offset);
            offset += SkipEmpty(offset) is > 0 and var skipped ? skipped : CopyBlock(offset);
        }

        _isBlank = !_geometry.HasParent;
        if (_mappedEnd < _from.LengthBytes)
        {
            Lose(_mappedEnd, _from.LengthBytes - _mappedEnd, "the BAT region is too short for its entry (R-BAT-2)");
        }

        _progress?.Invoke(_from.LengthBytes);
        return _lost.ToReport();
    }

    // A region that is too short (R-BAT-2); of a child, chunks count whose bitmap has an entry too.
    private static long MappedBlocks(VhdxImage image)
    {
        DiskGeometry geometry = image.Geometry;
        long entries = image.Layout.Bat.LengthBytes / BatEntry.SizeBytes;
        return entries >= geometry.BatEntryCount ? geometry.PayloadBlockCount
            : geometry.HasParent ? entries / (geometry.ChunkRatio + 1) * geometry.ChunkRatio
            : geometry.BlockAtOrAfter(new BatIndex(entries)).Value;
    }

    /// <summary>How much from the start of a block on is in whole blocks that need no work.</summary>
    private long SkipEmpty(long offset)
    {
        if (!TryResolve(offset, _mappedEnd - offset, out DiskExtent extent, out _))
        {
            return 0;
        }

        bool isEmpty = extent.Kind == DiskExtentKind.Absent
            || (extent.Kind == DiskExtentKind.Zero && !_geometry.HasParent);
        return !isEmpty ? 0 : extent.End == _mappedEnd
            ? extent.LengthBytes : extent.LengthBytes / _geometry.BlockSizeBytes * _geometry.BlockSizeBytes;
    }

    /// <returns>The bytes of the disk that the block has.</returns>
    private long CopyBlock(long start)
    {
        long visible = _geometry.VisibleBytesOf(_geometry.BlockAt(start));
        _isBlank = !_geometry.HasParent;
        if (!_isBlank && IsWhole(start, visible))
        {
            _to.WriteZeros(start, visible); // once, and not piece by piece: the block becomes a whole one
            _isBlank = true;
        }

        long end = start + visible;
        for (long offset = start; offset < end;)
        {
            if (!TryResolve(offset, end - offset, out DiskExtent extent, out string reason))
            {
                Lose(offset, end - offset, reason);
                break;
            }

            Copy(extent);
            offset = extent.End;
        }

        return visible;
    }

    private bool IsWhole(long start, long lengthBytes)
    {
        long end = start + lengthBytes;
        while (start < end && TryResolve(start, end - start, out DiskExtent extent, out _))
        {
            if (extent.Kind == DiskExtentKind.Absent)
            {
                return false;
            }

            start = extent.End;
        }

        return true;
    }

    private void Copy(in DiskExtent extent)
    {
        switch (extent.Kind)
        {
            case DiskExtentKind.Data:
                CopyData(extent);
                break;
            case DiskExtentKind.Unreadable:
                Lose(extent.DiskOffset, extent.LengthBytes, extent.Defect!.Detail);
                break;
            case DiskExtentKind.Zero:
                Zero(extent.DiskOffset, extent.LengthBytes);
                break;
            default:
                break;
        }
    }

    private void CopyData(in DiskExtent extent)
    {
        for (long done = 0; done < extent.LengthBytes;)
        {
            long offset = extent.DiskOffset + done;
            FileOffset at = extent.FileOffset + done;
            long inFile = long.Min(extent.LengthBytes - done, _file.RealLengthBytes - at.Value);
            if (inFile <= 0)
            {
                Lose(offset, extent.LengthBytes - done, $"the file ends at 0x{_file.RealLengthBytes:x}");
                return;
            }

            Span<byte> piece = _piece.AsSpan(0, (int)long.Min(inFile, PieceBytes));
            CopyPiece(offset, at, piece);
            done += piece.Length;
        }
    }

    private void CopyPiece(long offset, FileOffset at, Span<byte> piece)
    {
        try
        {
            _file.ReadExactly(at, piece);
        }
        catch (VhdxException) when (piece.Length > LeastBytes)
        {
            int half = (int)Units.RoundUp(piece.Length / 2, LeastBytes);
            CopyPiece(offset, at, piece[..half]);
            CopyPiece(offset + half, at + half, piece[half..]);
            return;
        }
        catch (VhdxException error)
        {
            Lose(offset, piece.Length, error.Detail);
            return;
        }

        if (!_isBlank || piece.ContainsAnyExcept((byte)0))
        {
            _to.Write(offset, piece);
        }
    }

    private void Lose(long offset, long lengthBytes, string reason)
    {
        _lost.Add(offset, lengthBytes, reason);
        Zero(offset, lengthBytes);
    }

    private void Zero(long offset, long lengthBytes)
    {
        if (!_isBlank)
        {
            _to.WriteZeros(offset, lengthBytes);
        }
    }

    // A page of the map that can't be read is as bad as an entry that can't be used.
    private bool TryResolve(long offset, long maxBytes, out DiskExtent extent, out string reason)
    {
        try
        {
            extent = _from.Resolve(offset, maxBytes);
            reason = "";
            return true;
        }
        catch (VhdxException error)
        {
            extent = default;
            reason = error.Detail;
            return false;
        }
    }
}
