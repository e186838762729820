using System;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>The bytes behind a mounted file: a virtual disk, or a document made at mount.</summary>
/// <remarks>Used from any thread. Callers keep every offset inside the file.</remarks>
internal interface IFileContent
{
    long LengthBytes { get; }

    /// <summary>Bytes that are stored, for <c>st_blocks</c>. The first call may take long.</summary>
    long AllocatedBytes { get; }

    /// <summary>Fills the target whole.</summary>
    void Read(long offset, Span<byte> target);

    /// <summary>Fills the target whole if that needs no disk.</summary>
    bool TryReadCached(long offset, Span<byte> target);

    /// <summary>Where a stretch lies in memory, for the kernel alone to read.</summary>
    /// <returns>0 when it is to be read instead.</returns>
    nint Locate(long offset, int lengthBytes) => 0;

    /// <summary>Where data or a hole starts next.</summary>
    /// <returns>At least <paramref name="offset"/>; null when no data follows. The end counts as a hole.</returns>
    long? Next(FuseSeekKind kind, long offset);
}
