using System;
using System.IO;

namespace VhdxFuse.Benchmarks.Images;

/// <summary>The content of a disk: bytes without zeros and without repetition inside a block, the same in each run.
/// Blocks that aren't wanted are zeros.</summary>
/// <param name="lengthBytes">Of the whole.</param>
/// <param name="isBlockUsed">By the number of the block of 1 MiB.</param>
internal sealed class PatternStream(long lengthBytes, Func<long, bool> isBlockUsed) : Stream
{
    private const int BlockBytes = 1 << 20;
    private readonly byte[] _pattern = MakePattern();
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => lengthBytes;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        (long block, long inBlock) = long.DivRem(_position, BlockBytes);
        int count = (int)long.Min(long.Min(buffer.Length, BlockBytes - inBlock), lengthBytes - _position);
        Span<byte> target = buffer[..count];
        if (isBlockUsed(block))
        {
            _pattern.AsSpan((int)inBlock, count).CopyTo(target);
        }
        else
        {
            target.Clear();
        }

        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>A xorshift generator's bytes, with a bit set in each so that none is zero.</summary>
    private static byte[] MakePattern()
    {
        byte[] pattern = new byte[BlockBytes];
        uint state = 2463534242;
        for (int at = 0; at < pattern.Length; at++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            pattern[at] = (byte)(state | 1);
        }

        return pattern;
    }
}
