using System;
using System.Collections.Generic;
using System.Threading;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>
/// How many bytes of a disk are stored, as st_blocks tells it. Exact where that is cheap: the tables are walked when
/// they have no more than <see cref="MostTableBytes"/> and the disk no more than <see cref="MostPieces"/>. Of a larger
/// disk it is the room that its files have for payload, which stored blocks can't exceed: an upper bound, never above
/// the disk's length, and 0 only when no block can be stored, since programs skip a file that has no blocks.
/// </summary>
/// <remarks>A walk happens at the first question, not at the mount; and once the disk is written again only when
/// something was written since, and so that no more than a tenth of the time goes into it.</remarks>
internal sealed class AllocatedSize(VirtualDisk disk, IReadOnlyList<VhdxImage> layers, TimeProvider clock)
{
    /// <summary>Of all layers: 1 TiB in blocks of 1 MiB, 32 TiB in blocks of 32 MiB.</summary>
    public const long MostTableBytes = 8 << 20;

    /// <summary>Some milliseconds of walking.</summary>
    public const int MostPieces = 1 << 15;

    private const long HeaderSectionBytes = 1 << 20; // MS-VHDX 2.2
    private const int TableEntryBytes = 8;
    private const int PausePerWalk = 9;

    private readonly Lock _gate = new(); // held during the walk: who asks waits for it anyway
    private long _changes; // only by Interlocked
    private long? _bytes; // guarded by _gate; null before the first walk
    private long _changesSeen; // guarded by _gate; by the last walk
    private long _walkedAt; // guarded by _gate; its end, by the clock
    private TimeSpan _pause; // guarded by _gate; from its end to the next

    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                long changes = Interlocked.Read(ref _changes);
                if (_bytes is null || (changes != _changesSeen && clock.GetElapsedTime(_walkedAt) >= _pause))
                {
                    long start = clock.GetTimestamp();
                    _bytes = Measure();
                    _changesSeen = changes;
                    _walkedAt = clock.GetTimestamp();
                    _pause = clock.GetElapsedTime(start, _walkedAt) * PausePerWalk;
                }

                return _bytes.Value;
            }
        }
    }

    /// <summary>After something was written; on any thread.</summary>
    public void MayHaveChanged() => Interlocked.Increment(ref _changes);

    private long Measure()
    {
        try
        {
            return (IsCheap() ? disk.MeasureAllocatedBytes(MostPieces) : null) ?? RoomForPayload();
        }
        catch (VhdxException)
        {
            // An unreadable page of the table must not make the whole disk impossible to stat. The read that needs
            // this page will say why it fails.
            return disk.LengthBytes;
        }
    }

    private bool IsCheap()
    {
        long entries = 0;
        foreach (VhdxImage layer in layers)
        {
            entries += layer.Geometry.BatEntryCount;
        }

        return entries <= MostTableBytes / TableEntryBytes;
    }

    private long RoomForPayload()
    {
        long room = 0;
        foreach (VhdxImage layer in layers)
        {
            long metadata = HeaderSectionBytes;
            foreach (ImageRegion region in layer.Regions)
            {
                metadata += region.LengthBytes;
            }

            room += long.Max(0, layer.File.LengthBytes - metadata);
        }

        return long.Min(room, disk.LengthBytes);
    }
}
