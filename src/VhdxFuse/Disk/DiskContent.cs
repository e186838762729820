using System;
using System.Threading;
using VhdxFuse.Fuse;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>A virtual disk as the content of a file.</summary>
internal sealed class DiskContent : IFileContent
{
    private readonly VirtualDisk _disk;
    private readonly Lazy<long> _allocatedBytes;

    public DiskContent(VirtualDisk disk)
    {
        _disk = disk;

        // Walks the whole block allocation table, 0.4 s of a full 64 TiB one: at the first stat, not at the mount.
        _allocatedBytes = new Lazy<long>(Measure, LazyThreadSafetyMode.ExecutionAndPublication);
    }

    public long LengthBytes => _disk.LengthBytes;

    public long AllocatedBytes => _allocatedBytes.Value;

    public void Read(long offset, Span<byte> target) => _disk.Read(offset, target);

    public long? Next(FuseSeekKind kind, long offset) =>
        kind == FuseSeekKind.Data ? _disk.NextData(offset) : _disk.NextHole(offset);

    private long Measure()
    {
        try
        {
            return _disk.MeasureAllocatedBytes() ?? _disk.LengthBytes;
        }
        catch (VhdxException)
        {
            // An unreadable page of the table must not make the whole disk impossible to stat. The read that needs
            // this page will say why it fails.
            return _disk.LengthBytes;
        }
    }
}
