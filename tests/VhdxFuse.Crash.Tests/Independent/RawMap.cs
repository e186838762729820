using System;
using System.Collections.Generic;
using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>The block allocation table of an image, judged as a whole: no state that may not be, no block on top of
/// another or of a region, none past the end of the file.</summary>
internal sealed class RawMap
{
    private readonly PagedBytes _file;
    private readonly RawLayout _layout;
    private readonly Dictionary<long, ulong> _payload = []; // by block; absent: 0
    private readonly Dictionary<long, ulong> _bitmaps = []; // by chunk; absent: 0

    public RawMap(PagedBytes file, RawLayout layout)
    {
        _file = file;
        _layout = layout;
        ReadTable();
        JudgeRanges();
        foreach ((long block, ulong entry) in _payload)
        {
            Raw.Demand(
                (entry & 7) != 7 || _bitmaps.ContainsKey(block / ChunkRatio),
                $"block {block} is partially present without a bitmap");
        }
    }

    /// <summary>Blocks that have an entry other than 0.</summary>
    public IEnumerable<long> Blocks => _payload.Keys;

    private long ChunkRatio => (1L << 23) * _layout.SectorSize / _layout.BlockSize;

    /// <summary>State and file offset of a block.</summary>
    public (int State, long At) Block(long block)
    {
        ulong entry = _payload.GetValueOrDefault(block);
        return ((int)(entry & 7), (long)(entry & ~0xFFFFFUL));
    }

    /// <summary>Whether the bit of a logical sector of the disk is set.</summary>
    public bool Bit(long diskSector)
    {
        long chunk = diskSector >> 23;
        long bit = diskSector & 0x7F_FFFF;
        byte[] one = _file.Bytes((long)(_bitmaps[chunk] & ~0xFFFFFUL) + (bit >> 3), 1);
        return (one[0] >> (int)(bit & 7) & 1) != 0;
    }

    private void ReadTable()
    {
        long blocks = (_layout.DiskSize + _layout.BlockSize - 1) / _layout.BlockSize;
        long chunks = (blocks + ChunkRatio - 1) / ChunkRatio;
        long entries = _layout.HasParent ? chunks * (ChunkRatio + 1) : blocks + ((blocks - 1) / ChunkRatio);
        Raw.Demand(entries * 8 <= _layout.BatLength, "the table is longer than its region");
        for (long pageAt = 0; pageAt < entries * 8; pageAt += PagedBytes.PageBytes)
        {
            ReadOnlySpan<byte> page = _file.PageAt(_layout.BatAt + pageAt);
            for (int at = 0; at < page.Length && pageAt + at < entries * 8; at += 8)
            {
                if (Raw.U64(page, at) is var entry and not 0)
                {
                    Add((pageAt + at) / 8, entry, blocks);
                }
            }
        }
    }

    private void Add(long index, ulong entry, long blocks)
    {
        int state = (int)(entry & 7);
        bool hasPlace = entry >> 20 != 0;
        Raw.Demand((entry & 0xFFFF8) == 0, $"table entry {index} has reserved bits: {entry:x}");
        bool isBitmap = index % (ChunkRatio + 1) == ChunkRatio;
        if (isBitmap)
        {
            Raw.Demand(_layout.HasParent && state == 6 && hasPlace, $"bitmap entry {index} is {entry:x}");
            _bitmaps.Add(index / (ChunkRatio + 1), entry);
            return;
        }

        long block = index - (index / (ChunkRatio + 1));
        bool isLegal = state is 1 or 2 or 3 or 6 || (state == 7 && _layout.HasParent);
        Raw.Demand(isLegal && block < blocks, $"block {block} is {entry:x}");
        bool mayHavePlace = state is 1 or 3; // kept for the block
        Raw.Demand(
            mayHavePlace || hasPlace == state is 6 or 7,
            $"block {block} has state {state} and offset {entry >> 20} MiB");
        _payload.Add(block, entry);
    }

    private void JudgeRanges()
    {
        List<(long At, long End)> ranges = [.. _layout.Regions];
        foreach ((long block, ulong entry) in _payload)
        {
            if (entry >> 20 != 0)
            {
                AddRange(ranges, entry, _layout.BlockSize, $"block {block}");
            }
        }

        foreach ((long chunk, ulong entry) in _bitmaps)
        {
            AddRange(ranges, entry, Raw.MiB, $"the bitmap of chunk {chunk}");
        }

        ranges.Sort();
        for (int i = 1; i < ranges.Count; i++)
        {
            Raw.Demand(ranges[i - 1].End <= ranges[i].At, $"two structures share 0x{ranges[i].At:x}");
        }
    }

    private void AddRange(List<(long At, long End)> ranges, ulong entry, long length, string what)
    {
        long at = (long)(entry & ~0xFFFFFUL);
        Raw.Demand(
            at + length <= _file.LengthBytes,
            $"{what} at 0x{at:x} lies past the end of the file, 0x{_file.LengthBytes:x}");
        ranges.Add((at, at + length));
    }
}
