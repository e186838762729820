using System;
using System.Linq;
using System.Threading;

namespace VhdxFuse.Support;

/// <summary>Bytes of fixed size in blocks that are there or not.</summary>
internal sealed class SparseMemory(long sizeBytes)
{
    public const int BlockBytes = 65536;

    private readonly Lock _gate = new();
    private readonly byte[]?[] _blocks = new byte[(sizeBytes + BlockBytes - 1) / BlockBytes][]; // guarded by _gate

    public long SizeBytes { get; } = sizeBytes;

    public long AllocatedBytes
    {
        get
        {
            lock (_gate)
            {
                return _blocks.Count(block => block is not null) * (long)BlockBytes;
            }
        }
    }

    /// <summary>What a file made by <see cref="Patterned"/> holds at an offset inside data.</summary>
    public static byte PatternAt(long offset) => (byte)(offset ^ (offset >> 8) ^ (offset >> 16));

    /// <summary>A file of which each block for which the function says so holds the pattern.</summary>
    public static SparseMemory Patterned(long sizeBytes, Func<int, bool> isData)
    {
        var memory = new SparseMemory(sizeBytes);
        byte[] block = new byte[BlockBytes];
        for (int index = 0; index < memory._blocks.Length; index++)
        {
            long start = index * (long)BlockBytes;
            if (isData(index))
            {
                for (int i = 0; i < block.Length; i++)
                {
                    block[i] = PatternAt(start + i);
                }

                _ = memory.Write(start, block);
            }
        }

        return memory;
    }

    public static SparseMemory Of(ReadOnlySpan<byte> bytes)
    {
        var memory = new SparseMemory(bytes.Length);
        _ = memory.Write(0, bytes);
        return memory;
    }

    public int Read(long offset, Span<byte> buffer)
    {
        int count = (int)Math.Clamp(SizeBytes - offset, 0, buffer.Length);
        for (int done = 0; done < count;)
        {
            (int index, int inside) = Place(offset + done);
            Span<byte> part = buffer[done..Math.Min(count, done + BlockBytes - inside)];
            lock (_gate)
            {
                if (_blocks[index] is { } block)
                {
                    block.AsSpan(inside, part.Length).CopyTo(part);
                }
                else
                {
                    part.Clear();
                }
            }

            done += part.Length;
        }

        return count;
    }

    /// <returns>The count that fits before the end.</returns>
    public int Write(long offset, ReadOnlySpan<byte> data)
    {
        int count = (int)Math.Clamp(SizeBytes - offset, 0, data.Length);
        for (int done = 0; done < count;)
        {
            (int index, int inside) = Place(offset + done);
            ReadOnlySpan<byte> part = data[done..Math.Min(count, done + BlockBytes - inside)];
            lock (_gate)
            {
                part.CopyTo((_blocks[index] ??= new byte[BlockBytes]).AsSpan(inside));
            }

            done += part.Length;
        }

        return count;
    }

    /// <summary>Drops whole blocks, zeroes the rest of the range.</summary>
    public void Punch(long offset, long length)
    {
        long end = Math.Min(SizeBytes, offset + length);
        for (long at = offset; at < end;)
        {
            (int index, int inside) = Place(at);
            int part = (int)Math.Min(end - at, BlockBytes - inside);
            lock (_gate)
            {
                if (part == BlockBytes)
                {
                    _blocks[index] = null;
                }
                else
                {
                    _blocks[index]?.AsSpan(inside, part).Clear();
                }
            }

            at += part;
        }
    }

    /// <returns>The first offset from there on that is data (or not), or -1; the end counts as a hole.</returns>
    public long Seek(long offset, bool data)
    {
        if (offset >= SizeBytes)
        {
            return -1;
        }

        for (int index = Place(offset).Index; index < _blocks.Length; index++)
        {
            lock (_gate)
            {
                if (_blocks[index] is not null == data)
                {
                    return Math.Max(offset, index * (long)BlockBytes);
                }
            }
        }

        return data ? -1 : SizeBytes;
    }

    private static (int Index, int Inside) Place(long offset) =>
        ((int)(offset / BlockBytes), (int)(offset % BlockBytes));
}
