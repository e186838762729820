using System;
using VhdxFuse.Fuse;
using VhdxFuse.Partitions;

namespace VhdxFuse.Disk;

/// <summary>A part of a disk as the content of a file.</summary>
internal sealed class PartitionContent(DiskContent disk, Partition partition) : IFileContent
{
    public long LengthBytes => partition.LengthBytes;

    /// <summary>An upper bound; 0 only where the whole disk stores nothing.</summary>
    public long AllocatedBytes => long.Min(partition.LengthBytes, disk.AllocatedBytes);

    public void Read(long offset, Span<byte> target) => disk.Read(partition.Start + offset, target);

    public bool TryReadCached(long offset, Span<byte> target) => disk.TryReadCached(partition.Start + offset, target);

    public nint Locate(long offset, int lengthBytes) => disk.Locate(partition.Start + offset, lengthBytes);

    public long? Next(FuseSeekKind kind, long offset)
    {
        // Behind the last data there may still be data of the disk, but none of ours.
        long? next = disk.Next(kind, partition.Start + offset) - partition.Start;
        return kind == FuseSeekKind.Hole ? long.Min(next ?? LengthBytes, LengthBytes)
            : next < LengthBytes ? next
            : null;
    }
}
