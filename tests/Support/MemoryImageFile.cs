using System;
using System.IO;
using System.Threading;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support;

/// <summary>
/// An image file in memory: a handle on sparse bytes that counts its calls. Several handles may share the bytes, as
/// several open files share a file. Reads may run on many threads; so may writes, each of which is atomic.
/// </summary>
/// <remarks>Used after its disposal it throws; its counts and its bytes stay readable for a test.</remarks>
public sealed class MemoryImageFile : IImageFile
{
    private readonly SparseBytes _bytes;
    private readonly long? _lengthAtOpen; // set on a handle for reading
    private long _reads;
    private long _bytesRead;
    private long _holeQueries;
    private long _writes;
    private long _bytesWritten;
    private long _flushes;
    private volatile bool _disposed;

    /// <summary>Makes an empty file.</summary>
    public MemoryImageFile(string path = "/memory/image.vhdx", long lengthBytes = 0)
        : this(path, "memory:" + path, new SparseBytes(lengthBytes), null)
    {
    }

    private MemoryImageFile(string path, string identity, SparseBytes bytes, long? lengthAtOpen)
    {
        Path = path;
        Identity = identity;
        _bytes = bytes;
        _lengthAtOpen = lengthAtOpen;
    }

    public string Path { get; }

    public string Identity { get; }

    public bool IsReadOnly => _lengthAtOpen is not null;

    public bool IsDisposed => _disposed;

    public long LengthBytes => _lengthAtOpen ?? _bytes.LengthBytes;

    /// <summary>How much memory the content takes: holes take none.</summary>
    public long HeldBytes => _bytes.HeldBytes;

    public CallCounts Counts => new(
        Interlocked.Read(ref _reads),
        Interlocked.Read(ref _bytesRead),
        Interlocked.Read(ref _holeQueries),
        Interlocked.Read(ref _writes),
        Interlocked.Read(ref _bytesWritten),
        Interlocked.Read(ref _flushes));

    /// <summary>Another file with the same bytes now: what is written to one isn't seen in the other.</summary>
    public MemoryImageFile Clone(string? path = null) =>
        new(path ?? Path, "memory:" + (path ?? Path + " (copy)"), _bytes.Clone(), null);

    /// <summary>Another handle on the same file, with counts of its own.</summary>
    public MemoryImageFile Reopen() => new(Path, Identity, _bytes, null);

    /// <summary>A handle on the same file that refuses to write and keeps the length of this moment.</summary>
    public MemoryImageFile ReopenReadOnly() => new(Path, Identity, _bytes, _bytes.LengthBytes);

    /// <summary>Copies the content to a new real file, holes as holes.</summary>
    public void SaveTo(string path)
    {
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
        stream.SetLength(_bytes.LengthBytes);
        byte[] page = new byte[SparseBytes.PageBytes];
        for (long at = _bytes.NextData(0); at < _bytes.LengthBytes; at = _bytes.NextData(at))
        {
            int read = _bytes.Read(at, page);
            stream.Position = at;
            stream.Write(page, 0, read);
            at += read;
        }
    }

    /// <inheritdoc/>
    public int Read(FileOffset at, Span<byte> target)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int length = (int)Math.Clamp(LengthBytes - at.Value, 0, target.Length);
        int read = _bytes.Read(at.Value, target[..length]);
        Interlocked.Increment(ref _reads);
        Interlocked.Add(ref _bytesRead, read);
        return read;
    }

    /// <inheritdoc/>
    public FileOffset NextData(FileOffset at)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Interlocked.Increment(ref _holeQueries);
        return new(Math.Max(at.Value, Math.Min(_bytes.NextData(at.Value), LengthBytes)));
    }

    /// <inheritdoc/>
    public void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        CountChange();
        Interlocked.Add(ref _bytesWritten, source.Length);
        _bytes.Write(at.Value, source);
    }

    /// <inheritdoc/>
    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        CountChange();
        _bytes.Clear(at.Value, lengthBytes);
    }

    /// <inheritdoc/>
    public void SetLength(long lengthBytes)
    {
        CountChange();
        _bytes.SetLength(lengthBytes);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Interlocked.Increment(ref _flushes);
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;

    private void CountChange()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsReadOnly)
        {
            throw new VhdxException(VhdxErrorKind.Io, Path, "the file is open for reading only");
        }

        Interlocked.Increment(ref _writes);
    }
}
