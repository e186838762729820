using System;
using System.Buffers.Binary;
using System.IO;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>
/// Writes the payload and the block allocation table of a new image in one pass over its content. Blocks of zeros take
/// no space in a dynamic image; the table is written page by page, only where it isn't zero.
/// </summary>
internal sealed class PayloadWriter(IImageFile file, ImageLayout layout)
{
    private const int PieceBytes = Units.MiB; // divides every block size
    private const int PageBytes = 4096;
    private const int EntriesPerPage = PageBytes / BatEntry.SizeBytes;

    private readonly byte[] _piece = new byte[PieceBytes];
    private readonly byte[] _page = new byte[PageBytes];
    private long _pageIndex;
    private bool _pageUsed;

    public void Write(Stream? content)
    {
        DiskGeometry geometry = layout.Geometry;
        FileOffset next = layout.Blocks;
        FileOffset? block = null;
        long length = content is null ? 0 : geometry.DiskSizeBytes;
        if (layout.Type == DiskType.Fixed)
        {
            WriteFixedTable();
        }

        for (long offset = 0; offset < length; offset += PieceBytes)
        {
            if (offset % geometry.BlockSizeBytes == 0)
            {
                block = layout.Type == DiskType.Fixed ? layout.Blocks + offset : null;
            }

            int wanted = (int)long.Min(PieceBytes, length - offset);
            int read = content!.ReadAtLeast(_piece.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
            ReadOnlySpan<byte> piece = _piece.AsSpan(0, read);
            if (piece.ContainsAnyExcept((byte)0))
            {
                if (block is null)
                {
                    block = next;
                    Set(geometry.BatIndexOf(geometry.BlockAt(offset)), next);
                    next += geometry.BlockSizeBytes;
                    file.SetLength(next.Value);
                }

                file.Write(block.Value + (offset % geometry.BlockSizeBytes), piece);
            }

            if (read < wanted)
            {
                break;
            }
        }

        FlushPage();
        if (content is not null && content.Read(_piece, 0, 1) > 0)
        {
            throw new ArgumentException("the content is longer than the disk", nameof(content));
        }
    }

    private void WriteFixedTable()
    {
        FileOffset at = layout.Blocks;
        for (long block = 0; block < layout.Geometry.PayloadBlockCount; block++, at += layout.Geometry.BlockSizeBytes)
        {
            Set(layout.Geometry.BatIndexOf(new BlockIndex(block)), at);
        }

        FlushPage();
    }

    private void Set(BatIndex index, FileOffset at)
    {
        long page = index.Value / EntriesPerPage;
        if (page != _pageIndex)
        {
            FlushPage();
            _pageIndex = page;
        }

        Span<byte> entry = _page.AsSpan((int)(index.Value % EntriesPerPage) * BatEntry.SizeBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, BatEntry.Of(PayloadBlockState.FullyPresent, at.Value).Raw);
        _pageUsed = true;
    }

    private void FlushPage()
    {
        if (_pageUsed)
        {
            file.Write(ImageLayout.Bat + (_pageIndex * PageBytes), _page);
            _page.AsSpan().Clear();
            _pageUsed = false;
        }
    }
}
