using System;
using System.Buffers.Binary;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>Sector bitmaps: which sectors of a partially present block are in this file. MS-VHDX 2.4.</summary>
internal sealed class SectorBitmap(MetadataPages pages, DiskGeometry geometry)
{
    private const int WindowBytes = 512;

    /// <summary>Whether a sector is here, and how many from it on are likewise.</summary>
    /// <param name="bitmap">The bitmap block that covers the block.</param>
    /// <param name="block">In state PartiallyPresent: in any other its bits mean nothing (R-SBM-3).</param>
    /// <param name="sectorInBlock">The first.</param>
    /// <param name="maxCount">At least 1, inside the block.</param>
    public (bool Present, int Count) RunAt(FileOffset bitmap, BlockIndex block, int sectorInBlock, int maxCount)
    {
        // R-SBM-1 and R-SBM-2: lowest bit first, and a block's bits fill whole bytes of their own.
        FileOffset bits = bitmap + (block.Value % geometry.ChunkRatio * geometry.BitmapBytesPerBlock);
        Span<byte> window = stackalloc byte[WindowBytes];
        bool present = false;
        int done = 0;
        while (done < maxCount)
        {
            int bit = sectorInBlock + done;
            FileOffset at = bits + (bit / 8);
            int inPage = MetadataPages.PageBytes - (int)(at.Value % MetadataPages.PageBytes);
            int needed = ((bit % 8) + maxCount - done + 7) / 8;
            Span<byte> bytes = window[..int.Min(int.Min(inPage, needed), WindowBytes)];
            pages.Read(at, bytes);
            if (done == 0)
            {
                present = (bytes[0] >> (bit % 8) & 1) != 0;
            }

            int inWindow = int.Min((bytes.Length * 8) - (bit % 8), maxCount - done);
            int alike = CountAlike(bytes, bit % 8, inWindow, present);
            done += alike;
            if (alike < inWindow)
            {
                break;
            }
        }

        return (present, done);
    }

    /// <summary>How many bits from <paramref name="first"/> on have the value asked for.</summary>
    internal static int CountAlike(ReadOnlySpan<byte> bits, int first, int maxCount, bool value)
    {
        int count = 0;
        while (count < maxCount)
        {
            int at = first + count;
            ReadOnlySpan<byte> rest = bits[(at / 8)..];
            bool word = rest.Length >= sizeof(ulong);
            ulong unlike = word ? BinaryPrimitives.ReadUInt64LittleEndian(rest) : rest[0];
            unlike = (value ? ~unlike : unlike) >> (at % 8);
            int available = (word ? 64 : 8) - (at % 8);
            int alike = int.Min((int)ulong.TrailingZeroCount(unlike), available);
            count += alike;
            if (alike < available)
            {
                break;
            }
        }

        return int.Min(count, maxCount);
    }
}
