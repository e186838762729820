using System;
using System.Threading;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>
/// How many bytes of a disk are stored. To know it the whole block allocation table is walked, 0.4 s of a full one of
/// 64 TiB: so at the first question, not at the mount; and once the disk is written again only when something was
/// written since, and so that no more than a tenth of the time goes into it.
/// </summary>
internal sealed class AllocatedSize(VirtualDisk disk, TimeProvider clock)
{
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
            return disk.MeasureAllocatedBytes() ?? disk.LengthBytes;
        }
        catch (VhdxException)
        {
            // An unreadable page of the table must not make the whole disk impossible to stat. The read that needs
            // this page will say why it fails.
            return disk.LengthBytes;
        }
    }
}
