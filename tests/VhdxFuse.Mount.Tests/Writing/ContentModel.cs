using System;
using System.Collections.Generic;
using VhdxFuse.Disk;
using VhdxFuse.Fuse;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>A disk that is an array, and notes what it was asked.</summary>
internal sealed class ContentModel(int lengthBytes) : IWritableContent
{
    public byte[] Bytes { get; } = new byte[lengthBytes];

    public List<string> Calls { get; } = [];

    public long LengthBytes => Bytes.Length;

    public long AllocatedBytes => Bytes.Length;

    public void Read(long offset, Span<byte> target) => Bytes.AsSpan((int)offset, target.Length).CopyTo(target);

    public bool TryReadCached(long offset, Span<byte> target)
    {
        Read(offset, target);
        return true;
    }

    public long? Next(FuseSeekKind kind, long offset) => kind == FuseSeekKind.Data ? offset : Bytes.Length;

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        Calls.Add($"write {offset} {source.Length}");
        source.CopyTo(Bytes.AsSpan((int)offset));
    }

    public void WriteZeros(long offset, long lengthBytes)
    {
        Calls.Add($"zeros {offset} {lengthBytes}");
        Bytes.AsSpan((int)offset, (int)lengthBytes).Clear();
    }

    public void Flush() => Calls.Add("flush");
}
