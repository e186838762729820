using System.Collections.Generic;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>What a repair couldn't read: stretches by place, joined where they touch, bounded.</summary>
internal sealed class UnreadableList
{
    private readonly List<UnreadableRange> _ranges = [];
    private UnreadableRange? _open; // the last one, which may grow
    private long _bytes;
    private long _further;

    /// <summary>Adds a stretch that lies behind all added before.</summary>
    public void Add(long diskOffset, long lengthBytes, string reason)
    {
        _bytes += lengthBytes;
        if (_open is { } open && open.DiskOffset + open.LengthBytes == diskOffset)
        {
            _open = open with { LengthBytes = open.LengthBytes + lengthBytes };
            return;
        }

        Close();
        _open = new UnreadableRange(diskOffset, lengthBytes, reason);
    }

    public RepairReport ToReport()
    {
        Close();
        return new RepairReport { UnreadableBytes = _bytes, Unreadable = _ranges, FurtherRangeCount = _further };
    }

    private void Close()
    {
        if (_open is { } open && _ranges.Count < ImageRepair.MaxRanges)
        {
            _ranges.Add(open);
        }
        else if (_open is not null)
        {
            _further++;
        }

        _open = null;
    }
}
