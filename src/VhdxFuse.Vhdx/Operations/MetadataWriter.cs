using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>Lays out a metadata region: the table, then the items packed in the order given, from 64 KiB on
/// (R-CRE-1).</summary>
internal sealed class MetadataWriter
{
    private readonly List<(MetadataTableEntry Entry, byte[] Bytes)> _items = [];
    private int _next = MetadataTable.SizeBytes;

    public void Add(Guid itemId, uint flags, byte[] bytes)
    {
        _items.Add((new MetadataTableEntry(itemId, (uint)_next, (uint)bytes.Length, flags), bytes));
        _next += bytes.Length;
    }

    public byte[] ToRegion(int lengthBytes)
    {
        byte[] region = new byte[lengthBytes];
        new MetadataTable((ushort)_items.Count).Write(region);
        int at = MetadataTable.EntriesOffset;
        foreach ((MetadataTableEntry entry, byte[] bytes) in _items)
        {
            entry.Write(region.AsSpan(at));
            bytes.CopyTo(region, (int)entry.OffsetInRegion);
            at += MetadataTableEntry.SizeBytes;
        }

        return region;
    }
}
