using System;
using System.Collections.Generic;
using VhdxFuse.Fuse;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>A virtual disk as the content of a file.</summary>
/// <param name="disk">Writable or not; then nobody calls the methods that write.</param>
/// <param name="layers">The images that make it.</param>
/// <param name="changed">Told after each write; null for nobody.</param>
internal sealed class DiskContent(VirtualDisk disk, IReadOnlyList<VhdxImage> layers, Action? changed = null)
    : IWritableContent
{
    private readonly AllocatedSize _allocated = new(disk, layers, TimeProvider.System);

    public long LengthBytes => disk.LengthBytes;

    public long AllocatedBytes => _allocated.Bytes;

    public void Read(long offset, Span<byte> target) => disk.Read(offset, target);

    public bool TryReadCached(long offset, Span<byte> target) => disk.TryReadCached(offset, target);

    public nint Locate(long offset, int lengthBytes) => disk.Locate(offset, lengthBytes);

    public long? Next(FuseSeekKind kind, long offset) =>
        kind == FuseSeekKind.Data ? disk.NextData(offset) : disk.NextHole(offset);

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        disk.Write(offset, source);
        Changed();
    }

    public void WriteZeros(long offset, long lengthBytes)
    {
        disk.WriteZeros(offset, lengthBytes);
        Changed();
    }

    public void Flush() => disk.Flush();

    private void Changed()
    {
        _allocated.MayHaveChanged();
        changed?.Invoke();
    }
}
