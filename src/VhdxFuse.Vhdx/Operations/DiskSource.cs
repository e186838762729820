using System;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>A disk that can be read anywhere: that of a chain of images, or a raw file. Its holes are skipped, however
/// large they are.</summary>
public sealed class DiskSource : IDiskSource
{
    private const int SalvageBytes = 4096; // what a failing disk is asked for at once

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
    /// <param name="unreadable">Told of each stretch that can't be read (offset, length in bytes, why); zeros take its
    /// place. Null: the first one is an exception.</param>
    public static DiskSource Of(VirtualDisk disk, Action<long, long, VhdxException>? unreadable = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        return new DiskSource(
            disk.LengthBytes,
            disk.NextData,
            unreadable is null
                ? disk.Read
                : (offset, target) => Salvage(disk, offset, target, unreadable));
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

    private static void Salvage(
        VirtualDisk disk, long offset, Span<byte> target, Action<long, long, VhdxException> unreadable)
    {
        foreach (DiskExtent extent in disk.Extents(offset, target.Length))
        {
            Span<byte> part = target.Slice((int)(extent.DiskOffset - offset), (int)extent.LengthBytes);
            if (extent.Defect is { } defect)
            {
                part.Clear();
                unreadable(extent.DiskOffset, extent.LengthBytes, defect);
            }
            else if (Attempt(disk, extent.DiskOffset, part) is not null)
            {
                SalvagePart(disk, extent.DiskOffset, part, unreadable);
            }
        }
    }

    private static void SalvagePart(
        VirtualDisk disk, long offset, Span<byte> target, Action<long, long, VhdxException> unreadable)
    {
        for (int at = 0; at < target.Length; at += SalvageBytes)
        {
            Span<byte> part = target.Slice(at, int.Min(SalvageBytes, target.Length - at));
            if (Attempt(disk, offset + at, part) is { } failure)
            {
                part.Clear();
                unreadable(offset + at, part.Length, failure);
            }
        }
    }

    private static VhdxException? Attempt(VirtualDisk disk, long offset, Span<byte> target)
    {
        try
        {
            disk.Read(offset, target);
            return null;
        }
        catch (VhdxException failure)
        {
            return failure;
        }
    }
}
