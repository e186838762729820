using System;
using System.IO;

namespace VhdxFuse.Support;

/// <summary>A stream that gives its bytes in portions of changing size, as a pipe does, and can't seek.</summary>
public sealed class ChoppyStream(byte[] content, int seed) : Stream
{
    private const int LargestPortion = 70_000;
    private readonly Random _random = new(seed);
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int portion = int.Min(int.Min(buffer.Length, content.Length - _at), _random.Next(1, LargestPortion));
        content.AsSpan(_at, portion).CopyTo(buffer);
        _at += portion;
        return portion;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
