using System;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>Finds out whether blocks of a disk read as zeros, whichever layers hold them. Holes of the files cost
/// nothing, and other content shows early.</summary>
internal sealed class ZeroScan(DifferencingChain chain)
{
    private const int FirstPieceBytes = 64 * Units.KiB;
    private readonly byte[] _piece = new byte[Units.MiB];

    /// <summary>Whether a stretch of the disk reads as zeros.</summary>
    /// <returns>False also where something is unreadable.</returns>
    /// <exception cref="VhdxException">Io: a file below failed.</exception>
    public bool IsZero(long offset, long lengthBytes)
    {
        foreach (DiskExtent extent in chain.Disk.Extents(offset, lengthBytes))
        {
            bool isZero = extent.Kind switch
            {
                DiskExtentKind.Zero or DiskExtentKind.Absent => true,
                DiskExtentKind.Data =>
                    IsZero(chain.Layers[extent.Layer].File, extent.FileOffset, extent.LengthBytes),
                _ => false,
            };
            if (!isZero)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsZero(IImageFile file, FileOffset start, long lengthBytes)
    {
        FileOffset end = start + lengthBytes;
        int pieceBytes = FirstPieceBytes;
        for (FileOffset at = file.NextData(start); at < end; at = file.NextData(at))
        {
            Span<byte> piece = _piece.AsSpan(0, (int)long.Min(pieceBytes, end.Value - at.Value));
            file.ReadExactly(at, piece);
            if (piece.ContainsAnyExcept((byte)0))
            {
                return false;
            }

            at += piece.Length;
            pieceBytes = _piece.Length;
        }

        return true;
    }
}
