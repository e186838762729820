using System;
using System.Threading;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>Bytes made once, when somebody asks for them or their length, as the content of a file.</summary>
internal sealed class DocumentContent(Func<ReadOnlyMemory<byte>> make) : IFileContent
{
    private readonly Lazy<ReadOnlyMemory<byte>> _bytes = new(make, LazyThreadSafetyMode.PublicationOnly);

    public long LengthBytes => _bytes.Value.Length;

    public long AllocatedBytes => LengthBytes;

    public void Read(long offset, Span<byte> target) =>
        _bytes.Value.Span.Slice((int)offset, target.Length).CopyTo(target);

    public bool TryReadCached(long offset, Span<byte> target)
    {
        Read(offset, target);
        return true;
    }

    public long? Next(FuseSeekKind kind, long offset) => kind == FuseSeekKind.Data ? offset : LengthBytes;
}
