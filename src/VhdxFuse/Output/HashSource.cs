using System;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Output;

/// <summary>Bytes to be hashed: those of a disk, or those of an image file.</summary>
internal sealed class HashSource
{
    private readonly Func<long, long> _nextData;
    private readonly Action<long, Memory<byte>> _read;

    private HashSource(long lengthBytes, Func<long, long> nextData, Action<long, Memory<byte>> read)
    {
        LengthBytes = lengthBytes;
        _nextData = nextData;
        _read = read;
    }

    public long LengthBytes { get; }

    /// <summary>A disk as a guest sees it.</summary>
    public static HashSource Of(VirtualDisk disk) => new(
        disk.LengthBytes,
        offset => disk.NextData(offset) ?? disk.LengthBytes,
        (offset, target) => disk.Read(offset, target.Span));

    /// <summary>A file as it lies there.</summary>
    public static HashSource Of(IImageFile file) => new(
        file.LengthBytes,
        offset => file.NextData(new FileOffset(offset)).Value,
        (offset, target) => ReadWhole(file, offset, target.Span));

    /// <summary>Where the next byte lies that isn't known to be zero; the length when none follows.</summary>
    public long NextData(long offset) => _nextData(offset);

    /// <summary>Fills the target.</summary>
    /// <exception cref="VhdxException">It can't be read.</exception>
    public void Read(long offset, Memory<byte> target) => _read(offset, target);

    private static void ReadWhole(IImageFile file, long offset, Span<byte> target)
    {
        if (file.Read(new FileOffset(offset), target) < target.Length)
        {
            throw new VhdxException(
                VhdxErrorKind.Io, file.Path, new FileOffset(offset), "the file got shorter while it was read");
        }
    }
}
