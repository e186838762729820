using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support.Images;

/// <summary>
/// A sparse file in memory that counts the calls made on it. Any member may be called on many threads at once. Several
/// handles may share the bytes, as several open files share a file; each has counts of its own.
/// </summary>
public sealed class MemoryImageFile : IImageFile
{
    private readonly SparseBytes _bytes;
    private readonly long? _lengthAtOpen; // set on a handle for reading only
    private int _reads;
    private long _bytesRead;
    private int _holeQueries;
    private int _writes;
    private long _bytesWritten;
    private int _flushes;
    private int _allocations;
    private volatile bool _disposed;

    public MemoryImageFile(string path = "memory.vhdx")
        : this(path, Guid.NewGuid().ToString(), new SparseBytes(0), null)
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

    public long LengthBytes => _lengthAtOpen ?? _bytes.LengthBytes;

    public int Reads => Volatile.Read(ref _reads);

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public int HoleQueries => Volatile.Read(ref _holeQueries);

    /// <summary>Calls that change the file: writes, zeros, lengths.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Without zeroed ranges.</summary>
    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    public int Flushes => Volatile.Read(ref _flushes);

    public bool IsDisposed => _disposed;

    /// <summary>Fails every read that touches this place, as a bad sector would.</summary>
    public Func<long, int, bool> FailsAt { get; set; } = (_, _) => false;

    /// <summary>Chunks of 4 KiB that aren't holes: what the file takes.</summary>
    public int ChunkCount => (int)(_bytes.HeldBytes / SparseBytes.PageBytes);

    public void ResetCounts() =>
        (_reads, _bytesRead, _holeQueries, _writes, _bytesWritten, _flushes, _allocations) = (0, 0, 0, 0, 0, 0, 0);

    /// <inheritdoc/>
    public int Read(FileOffset at, Span<byte> target)
    {
        Interlocked.Increment(ref _reads);
        if (FailsAt(at.Value, target.Length))
        {
            throw new VhdxException(VhdxErrorKind.Io, Path, at, "a failing sector");
        }

        int read = _bytes.Read(at.Value, target[..(int)long.Clamp(LengthBytes - at.Value, 0, target.Length)]);
        Interlocked.Add(ref _bytesRead, read);
        return read;
    }

    /// <summary>Whether reads need no disk.</summary>
    public bool IsCached { get; set; }

    /// <summary>Where bytes lie in memory, as a mapping would have it.</summary>
    public Func<FileOffset, int, nint> Located { get; set; } = (_, _) => 0;

    /// <inheritdoc/>
    public bool TryReadCached(FileOffset at, Span<byte> target) => IsCached && Read(at, target) == target.Length;

    /// <inheritdoc/>
    public nint Locate(FileOffset at, int lengthBytes) => Located(at, lengthBytes);

    /// <inheritdoc/>
    public FileOffset NextData(FileOffset at)
    {
        Interlocked.Increment(ref _holeQueries);
        return new FileOffset(long.Max(at.Value, long.Min(_bytes.NextData(at.Value), LengthBytes)));
    }

    /// <inheritdoc/>
    public void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        CountChange();
        Interlocked.Add(ref _bytesWritten, source.Length);
        _bytes.Write(at.Value, source);
    }

    /// <summary>Makes holes of whole chunks.</summary>
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

    /// <summary>Memory has no old blocks; a test may claim otherwise.</summary>
    public bool HidesOldBlocks { get; set; } = true;

    /// <inheritdoc/>
    public void Allocate(FileOffset at, long lengthBytes) => Interlocked.Increment(ref _allocations);

    public int Allocations => Volatile.Read(ref _allocations);

    /// <summary>Called at the start of each flush: what a slow disk leaves time for.</summary>
    public Action Flushing { get; set; } = () => { };

    /// <inheritdoc/>
    public void Flush()
    {
        Interlocked.Increment(ref _flushes);
        Flushing();
    }

    /// <summary>Only noted: a test may still look at the file.</summary>
    public void Dispose() => _disposed = true;

    /// <summary>All bytes, of a small file.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[LengthBytes];
        Read(default, bytes);
        return bytes;
    }

    /// <summary>The places of the chunks that aren't zero, with their content: what two sparse files are compared
    /// by.</summary>
    public SortedDictionary<long, byte[]> NonZeroChunks() => _bytes.NonZeroPages();

    /// <summary>Another file with the same bytes now: what is written to one isn't seen in the other.</summary>
    public MemoryImageFile Clone(string? path = null) =>
        new(path ?? Path, Guid.NewGuid().ToString(), _bytes.Clone(), null);

    /// <summary>Another handle on the same file.</summary>
    public MemoryImageFile Reopen() => new(Path, Identity, _bytes, null);

    /// <summary>A handle on the same file that refuses to write and keeps the length of this moment.</summary>
    public MemoryImageFile ReopenReadOnly() => new(Path, Identity, _bytes, _bytes.LengthBytes);

    /// <summary>Copies the content to a new real file, holes as holes.</summary>
    public void SaveTo(string path)
    {
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
        stream.SetLength(_bytes.LengthBytes);
        foreach ((long at, byte[] page) in _bytes.NonZeroPages())
        {
            stream.Position = at;
            stream.Write(page, 0, (int)long.Min(page.Length, _bytes.LengthBytes - at));
        }
    }

    private void CountChange()
    {
        if (IsReadOnly)
        {
            throw new VhdxException(VhdxErrorKind.Io, Path, "the file is open for reading only");
        }

        Interlocked.Increment(ref _writes);
    }
}
