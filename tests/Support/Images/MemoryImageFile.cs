using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support.Images;

/// <summary>A sparse file in memory that counts the calls made on it. Reads may run in parallel.</summary>
public sealed class MemoryImageFile(string path = "memory.vhdx") : IImageFile
{
    private const int ChunkBytes = 4096;
    private ConcurrentDictionary<long, byte[]> _chunks = [];
    private int _reads;
    private long _bytesRead;

    public string Path { get; } = path;

    public string Identity { get; } = Guid.NewGuid().ToString();

    public long LengthBytes { get; private set; }

    public int Reads => _reads;

    public long BytesRead => _bytesRead;

    public int Writes { get; private set; }

    public int Flushes { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Fails every read that touches this place, as a bad sector would.</summary>
    public Func<long, int, bool> FailsAt { get; set; } = (_, _) => false;

    /// <summary>Chunks that hold something: what the file takes.</summary>
    public int ChunkCount => _chunks.Count;

    public void ResetCounts() => (_reads, _bytesRead, Writes, Flushes) = (0, 0, 0, 0);

    public int Read(FileOffset at, Span<byte> target)
    {
        Interlocked.Increment(ref _reads);
        if (FailsAt(at.Value, target.Length))
        {
            throw new Vhdx.VhdxException(Vhdx.VhdxErrorKind.Io, Path, at, "a failing sector");
        }

        int length = (int)long.Clamp(LengthBytes - at.Value, 0, target.Length);
        Interlocked.Add(ref _bytesRead, length);
        for (int done = 0; done < length;)
        {
            long offset = at.Value + done;
            int within = (int)(offset % ChunkBytes);
            int count = int.Min(ChunkBytes - within, length - done);
            Span<byte> part = target.Slice(done, count);
            if (_chunks.TryGetValue(offset / ChunkBytes, out byte[]? chunk))
            {
                chunk.AsSpan(within, count).CopyTo(part);
            }
            else
            {
                part.Clear();
            }

            done += count;
        }

        return length;
    }

    public FileOffset NextData(FileOffset at)
    {
        long next = _chunks.Keys.Where(chunk => (chunk + 1) * ChunkBytes > at.Value).DefaultIfEmpty(long.MaxValue / ChunkBytes).Min();
        return new FileOffset(long.Min(LengthBytes, long.Max(at.Value, next * ChunkBytes)));
    }

    public void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        Writes++;
        for (int done = 0; done < source.Length;)
        {
            long offset = at.Value + done;
            int within = (int)(offset % ChunkBytes);
            int count = int.Min(ChunkBytes - within, source.Length - done);
            byte[] chunk = _chunks.GetOrAdd(offset / ChunkBytes, _ => new byte[ChunkBytes]);
            source.Slice(done, count).CopyTo(chunk.AsSpan(within));
            done += count;
        }

        LengthBytes = long.Max(LengthBytes, at.Value + source.Length);
    }

    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        for (long offset = at.Value; offset < at.Value + lengthBytes;)
        {
            int count = (int)long.Min(ChunkBytes - (offset % ChunkBytes), at.Value + lengthBytes - offset);
            if (_chunks.TryGetValue(offset / ChunkBytes, out byte[]? chunk))
            {
                chunk.AsSpan((int)(offset % ChunkBytes), count).Clear();
            }

            offset += count;
        }

        LengthBytes = long.Max(LengthBytes, at.Value + lengthBytes);
    }

    public void SetLength(long lengthBytes)
    {
        if (lengthBytes < LengthBytes)
        {
            WriteZeros(new FileOffset(lengthBytes), LengthBytes - lengthBytes);
        }

        LengthBytes = lengthBytes;
    }

    public void Flush() => Flushes++;

    public void Dispose() => IsDisposed = true;

    /// <summary>All bytes, of a small file.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[LengthBytes];
        Read(default, bytes);
        return bytes;
    }

    /// <summary>The places of the chunks that aren't zero, with their content: what two sparse files are compared by.</summary>
    public SortedDictionary<long, byte[]> NonZeroChunks() => new(_chunks
        .Where(chunk => chunk.Value.AsSpan().ContainsAnyExcept((byte)0))
        .ToDictionary(chunk => chunk.Key * ChunkBytes, chunk => chunk.Value));

    public MemoryImageFile Clone(string? path = null)
    {
        var clone = new MemoryImageFile(path ?? Path) { LengthBytes = LengthBytes };
        clone._chunks = new(_chunks.ToDictionary(chunk => chunk.Key, chunk => chunk.Value.ToArray()));
        return clone;
    }
}
