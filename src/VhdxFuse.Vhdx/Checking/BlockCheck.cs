using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>
/// Checks all entries of the block allocation table: each by itself, and that no two blocks share space. One walk marks
/// what is taken; a second one, only when something was taken twice, finds who had it first.
/// </summary>
internal sealed class BlockCheck
{
    private const int ItemsAStep = 1 << 16;
    private readonly IImageFile _file;
    private readonly DiskGeometry _geometry;
    private readonly RegionLayout _layout;
    private readonly FindingList _findings;
    private readonly Action<long, long>? _progress;
    private readonly BatWalk _walk;
    private readonly SpaceMap _map = new();
    private readonly List<(long MiB, BatItem Item)> _collisions = [];
    private long _unnamedCollisions;
    private long _fullyPresent;
    private long _partiallyPresent;
    private long _bitmaps;
    private long _anchors;
    private long _stray; // offsets that mean nothing
    private FileOffset _firstStray;
    private long _chunkInUse = -1; // the last one that a partially present block was seen in
    private bool _isLastPartial;
    private long _idleBitmaps; // that no partially present block needs
    private FileOffset _firstIdle;

    private BlockCheck(
        IImageFile file,
        DiskGeometry geometry,
        RegionLayout layout,
        FindingList findings,
        Action<long, long>? progress)
    {
        _file = file;
        _geometry = geometry;
        _layout = layout;
        _findings = findings;
        _progress = progress;
        _walk = new BatWalk(file, geometry, layout);
    }

    /// <summary>Runs the check.</summary>
    /// <param name="file">With its log replayed.</param>
    /// <param name="geometry">Of the disk.</param>
    /// <param name="layout">May have overlaps, which were found before.</param>
    /// <param name="findings">Gets what is found.</param>
    /// <param name="progress">Told how many bytes of the table are judged, and of how many.</param>
    public static BlockSummary Run(
        IImageFile file,
        DiskGeometry geometry,
        RegionLayout layout,
        FindingList findings,
        Action<long, long>? progress) =>
        new BlockCheck(file, geometry, layout, findings, progress).Run();

    private BlockSummary Run()
    {
        int items = 0;
        foreach (BatItem item in _walk)
        {
            if (items++ % ItemsAStep == 0)
            {
                _progress?.Invoke(item.Index.OffsetInRegion, _geometry.BatEntryCount * BatEntry.SizeBytes);
            }

            Count(item);
            Judge(item);
            if (item.LengthBytes > 0 && Take(item.Start, item.LengthBytes) is { } taken)
            {
                Collide(item, taken);
            }
        }

        NameCollisions();
        NameStrays();
        NameIdleBitmaps();
        return Summary();
    }

    private void Count(in BatItem item)
    {
        if (item.IsSectorBitmap)
        {
            CountBitmap(item);
            return;
        }

        switch (item.Entry.State)
        {
            case PayloadBlockState.FullyPresent:
                _fullyPresent++;
                break;
            case PayloadBlockState.PartiallyPresent:
                _partiallyPresent++;
                _chunkInUse = _geometry.ChunkOf(item.Block);
                _isLastPartial = item.Block.Value == _geometry.PayloadBlockCount - 1;
                break;
            case PayloadBlockState.NotPresent or PayloadBlockState.Zero when item.Entry.FileOffsetMiB != 0:
                _firstStray = _stray++ == 0 ? item.EntryAt : _firstStray;
                break;
            default:
                _anchors += item.LengthBytes > 0 ? 1 : 0;
                break;
        }
    }

    private void CountBitmap(in BatItem item)
    {
        if (item.LengthBytes == 0)
        {
            return;
        }

        _bitmaps++;
        if (_chunkInUse != _geometry.ChunkOf(item.Block))
        {
            _firstIdle = _idleBitmaps++ == 0 ? item.EntryAt : _firstIdle;
        }
        else if (_isLastPartial && item.Defect == BatDefect.None)
        {
            JudgeBitsBehindTheDisk(item.Start);
        }
    }

    // R-RD-5: nobody reads them, but they would count if the disk grew.
    private void JudgeBitsBehindTheDisk(FileOffset bitmap)
    {
        var last = new BlockIndex(_geometry.PayloadBlockCount - 1);
        int used = (int)(_geometry.VisibleBytesOf(last) / _geometry.LogicalSectorSizeBytes);
        int all = _geometry.BlockSizeBytes / _geometry.LogicalSectorSizeBytes;
        byte[] bits = new byte[_geometry.BitmapBytesPerBlock];
        FileOffset at = bitmap + (last.Value % _geometry.ChunkRatio * bits.Length);
        _file.ReadExactly(at, bits);
        if (used < all && SectorBitmap.CountAlike(bits, used, all - used, value: false) < all - used)
        {
            _findings.Add(
                FindingSeverity.Info,
                "R-RD-5",
                at + (used / 8),
                $"the sector bitmap of payload block {last.Value} has bits set for sectors behind the disk's end");
        }
    }

    private void Judge(in BatItem item)
    {
        if (item.Defect != BatDefect.None)
        {
            string rule = BatRules.RuleOf(item.Defect);
            if (_findings.Count(FindingSeverity.Error, rule))
            {
                _findings.Show(FindingSeverity.Error, rule, item.EntryAt, _walk.Rules.ErrorOf(item).Detail);
            }

            return;
        }

        // T-4: of the last block only; an anchor may lie anywhere.
        bool endsBehind = item.LengthBytes > 0 && (item.Start + item.LengthBytes).Value > _file.LengthBytes;
        string tolerated = item.IsAnchor ? "R-RD-2" : "T-4";
        if (endsBehind && _findings.Count(FindingSeverity.Warning, tolerated))
        {
            _findings.Show(
                FindingSeverity.Warning,
                tolerated,
                item.EntryAt,
                $"{_walk.Rules.NameOf(item)} ends at {item.Start + item.LengthBytes}, " +
                $"behind the end of the file at 0x{_file.LengthBytes:x}");
        }
    }

    private void Collide(in BatItem item, long mib)
    {
        if (_collisions.Count < ImageChecker.MaxFindingsPerRule)
        {
            _collisions.Add((mib, item));
        }
        else
        {
            _unnamedCollisions++;
        }
    }

    private void NameCollisions()
    {
        if (_collisions.Count == 0)
        {
            return;
        }

        Dictionary<long, BatItem> firsts = FirstsAtCollisions();
        foreach ((long mib, BatItem item) in _collisions)
        {
            BatItem first = firsts[mib];
            string rule = item.IsAnchor || first.IsAnchor ? "R-RD-2" : "R-BAT-5";
            bool same = item.Start == first.Start && item.LengthBytes == first.LengthBytes;
            _findings.Add(
                FindingSeverity.Error,
                rule,
                item.EntryAt,
                $"{_walk.Rules.NameOf(item)} at {item.Start} {(same ? "is in the place of" : "overlaps")} " +
                $"{_walk.Rules.NameOf(first)} at {first.Start}");
        }

        // Which of the two rules these break isn't looked up.
        _findings.CountMore(FindingSeverity.Error, "R-BAT-5", _unnamedCollisions);
    }

    /// <returns>For each place that was taken twice: which entry took it first.</returns>
    private Dictionary<long, BatItem> FirstsAtCollisions()
    {
        long[] places = new long[_collisions.Count];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = _collisions[i].MiB;
        }

        Array.Sort(places);
        var firsts = new Dictionary<long, BatItem>(places.Length);
        foreach (BatItem item in _walk)
        {
            long start = item.Start.Value / Units.MiB;
            long end = start + (item.LengthBytes / Units.MiB);
            int at = Array.BinarySearch(places, start);
            for (at = at < 0 ? ~at : at; at < places.Length && places[at] < end; at++)
            {
                firsts.TryAdd(places[at], item);
            }
        }

        return firsts;
    }

    private void NameStrays()
    {
        // R-RD-3: they mean nothing, but are written as 0, and Hyper-V is said to refuse others.
        if (_stray > 0)
        {
            _findings.Add(
                FindingSeverity.Warning,
                "R-RD-3",
                _firstStray,
                $"{_stray} entries of absent or zero blocks have an offset, expected 0");
        }
    }

    private void NameIdleBitmaps()
    {
        // R-SBM-3: no fault; a bitmap block stays when its last partially present block has become whole.
        if (_idleBitmaps > 0)
        {
            _findings.Add(
                FindingSeverity.Info,
                "R-SBM-3",
                _firstIdle,
                $"{_idleBitmaps} sector bitmap blocks take space that no partially present block needs");
        }
    }

    // The first MiB that was taken before; null when none was.
    private long? Take(FileOffset start, long lengthBytes)
    {
        long first = start.Value / Units.MiB;
        long count = lengthBytes / Units.MiB;
        long? taken = _map.FirstIn(first, count);
        _map.Fill(first, count, value: true);
        return taken;
    }

    private BlockSummary Summary()
    {
        foreach (FileRange range in _layout.Taken)
        {
            Take(range.Start, range.LengthBytes);
        }

        long fileMiB = long.Min(_file.LengthBytes, Units.MaxFileSizeBytes) / Units.MiB;
        long usedMiB = long.Min(_map.End, fileMiB);
        long inside = (usedMiB - _map.CountBelow(usedMiB)) * Units.MiB;
        long tail = long.Max(0, _file.LengthBytes - (_map.End * Units.MiB));
        NoteUnusedInside(long.Min(_map.End, fileMiB));
        NoteUnused(_map.End, tail, "behind the last structure");
        return new BlockSummary
        {
            FullyPresentCount = _fullyPresent,
            PartiallyPresentCount = _partiallyPresent,
            SectorBitmapCount = _bitmaps,
            AnchorCount = _anchors,
            UnusedInsideBytes = inside,
            UnusedTailBytes = tail,
        };
    }

    private void NoteUnusedInside(long endMiB)
    {
        for (long from = _map.FirstZeroFrom(0); from < endMiB;)
        {
            long to = _map.FirstIn(from, endMiB - from) ?? endMiB;
            NoteUnused(from, (to - from) * Units.MiB, "are named by nothing");
            from = _map.FirstZeroFrom(to);
        }
    }

    private void NoteUnused(long startMiB, long bytes, string what)
    {
        // R-WR-3: free space, wherever it came from. A trim leaves it inside the file, other programs at the end.
        if (bytes > 0 && _findings.Count(FindingSeverity.Info, "R-WR-3"))
        {
            _findings.Show(
                FindingSeverity.Info,
                "R-WR-3",
                new FileOffset(startMiB * Units.MiB),
                $"{bytes} bytes {what}: unused, or lost to a damaged table");
        }
    }
}
