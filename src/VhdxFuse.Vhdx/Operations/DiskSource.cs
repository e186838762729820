using System;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>A disk that can be read anywhere: that of a chain of images, or a raw file. Its holes are skipped, however
/// large they are.</summary>
public sealed class DiskSource : IDiskSource
{

    private readonly long _lengthBytes;
    private readonly Func<long, long?> _nextData;
    private readonly ReadPiece _read;
    private long _next;

    private DiskSource(long lengthBytes, Func<long, long?> nextData, ReadPiece read)
    {
        _lengthBytes = lengthBytes;
        _nextData = nextData;
        _read = read;
    }

    private delegate void ReadPiece(long offset, Span<byte> target);

    /// <inheritdoc/>
    public long? LengthBytes => _lengthBytes;

    /// <summary>The disk in an image.</summary>
    /// <param name="disk">Not closed.</param>
    public static DiskSource Of(VirtualDisk disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        return new DiskSource(disk.LengthBytes, disk.NextData, disk.Read);
    }

    /// <summary>The disk that a raw file is.</summary>
    /// <param name="raw">Not disposed.</param>
    public static DiskSource Of(IImageFile raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        return new DiskSource(
            raw.LengthBytes,
            offset => raw.NextData(new FileOffset(offset)).Value,
            (offset, target) => raw.ReadExactly(new FileOffset(offset), target));
    }

    /// <inheritdoc/>
    public bool TryRead(DiskPiece piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (_next >= _lengthBytes || _nextData(_next) is not { } data || data >= _lengthBytes)
        {
            _next = _lengthBytes;
            return false;
        }

        Span<byte> target = piece.Begin(data, _lengthBytes);
        _read(piece.Offset, target);
        piece.Complete(target.Length);
        _next = piece.End;
        return true;
    }
}
