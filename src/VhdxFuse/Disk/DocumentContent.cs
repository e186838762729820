using System;
using System.Threading;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>Bytes made when somebody asks for them or their length, as the content of a file.</summary>
internal sealed class DocumentContent(Func<ReadOnlyMemory<byte>> make) : IFileContent
{
    private volatile Lazy<ReadOnlyMemory<byte>> _bytes = new(make, LazyThreadSafetyMode.PublicationOnly);

    public long LengthBytes => _bytes.Value.Length;

    public long AllocatedBytes => LengthBytes;

    /// <summary>Forgets the bytes: they are made anew.</summary>
    public void Renew() => _bytes = new(make, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>What lies behind the end, because the bytes were made anew since, reads as blanks.</summary>
    public void Read(long offset, Span<byte> target)
    {
        ReadOnlySpan<byte> bytes = _bytes.Value.Span;
        int start = (int)long.Min(offset, bytes.Length);
        int count = int.Min(target.Length, bytes.Length - start);
        bytes.Slice(start, count).CopyTo(target);
        target[count..].Fill((byte)' ');
    }

    public bool TryReadCached(long offset, Span<byte> target)
    {
        Read(offset, target);
        return true;
    }

    public long? Next(FuseSeekKind kind, long offset) => kind == FuseSeekKind.Data ? offset : LengthBytes;
}
