using System;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>A raw file that gets a disk; zeros become holes where the file system has them.</summary>
public sealed class RawTarget : IDiskTarget
{
    private readonly IImageFile _file;

    /// <summary>Begins the disk. A block device reads as zeros from here on, as far as the disk reaches.</summary>
    /// <param name="file">Its content is given up; not disposed.</param>
    /// <param name="diskSizeBytes">Size of the disk; 0: known only at its end.</param>
    /// <exception cref="VhdxException">NoSpace: a device is too small. Io: the file can't be written.</exception>
    public RawTarget(IImageFile file, long diskSizeBytes)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(diskSizeBytes);
        _file = file;
        file.SetLength(0);
        file.SetLength(diskSizeBytes);
    }

    /// <inheritdoc/>
    public long DataBytes { get; private set; }

    /// <inheritdoc/>
    public void Write(DiskPiece piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        for (int from = 0; piece.TryFindRun(from, out int start, out int length); from = start + length)
        {
            _file.Write(new FileOffset(piece.Offset + start), piece.Bytes.Slice(start, length));
            DataBytes += length;
        }
    }

    /// <inheritdoc/>
    public void Complete(long contentBytes)
    {
        if (contentBytes > _file.LengthBytes)
        {
            _file.SetLength(contentBytes);
        }

        _file.Flush();
    }
}
