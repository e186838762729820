using System;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>Bytes made once, at mount, as the content of a file.</summary>
internal sealed class DocumentContent(ReadOnlyMemory<byte> bytes) : IFileContent
{
    public long LengthBytes => bytes.Length;

    public long AllocatedBytes => bytes.Length;

    public bool TryReadCached(long offset, Span<byte> target)
    {
        Read(offset, target);
        return true;
    }

    public void Read(long offset, Span<byte> target) => bytes.Span.Slice((int)offset, target.Length).CopyTo(target);

    public long? Next(FuseSeekKind kind, long offset) => kind == FuseSeekKind.Data ? offset : bytes.Length;
}
