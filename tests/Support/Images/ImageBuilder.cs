using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support.Images;

/// <summary>
/// Builds a VHDX image field by field, legal or not, from the format's description and not with the engine's own
/// Creator. Without settings: an empty dynamic image of 8 MiB in blocks of 1 MiB, laid out as Windows does it.
/// </summary>
internal sealed class ImageBuilder
{
    public const long MiB = 1 << 20;
    private const uint Required = MetadataTableEntry.IsRequiredFlag;
    private const uint OfDisk = MetadataTableEntry.IsRequiredFlag | MetadataTableEntry.IsVirtualDiskFlag;
    private readonly List<(long At, byte[] Bytes)> _writes = [];

    public ulong DiskSize { get; set; } = 8 * (ulong)MiB;

    public uint BlockSize { get; set; } = (uint)MiB;

    public uint LogicalSector { get; set; } = 512;

    public uint PhysicalSector { get; set; } = 4096;

    /// <summary>Bit 0: fixed. Bit 1: has a parent.</summary>
    public uint FileFlags { get; set; }

    public Guid DiskId { get; set; } = new("aaaaaaaa-0000-4000-8000-000000000001");

    public Guid DataWriteGuid { get; set; } = new("bbbbbbbb-0000-4000-8000-000000000001");

    public Guid LogGuid { get; set; }

    public ulong[] HeaderSequence { get; } = [1, 2];

    public ushort Version { get; set; } = 1;

    public ushort LogVersion { get; set; }

    public ulong LogOffset { get; set; } = (ulong)MiB;

    public uint LogLength { get; set; } = (uint)MiB;

    public ulong BatOffset { get; set; } = 3 * (ulong)MiB;

    public uint BatLength { get; set; } = (uint)MiB;

    public ulong MetadataOffset { get; set; } = 2 * (ulong)MiB;

    public uint MetadataLength { get; set; } = (uint)MiB;

    public uint RegionFlags { get; set; } = 1;

    public List<RegionTableEntry> ExtraRegions { get; } = [];

    public byte[]? ParentLocator { get; set; }

    /// <summary>Where the next block is put.</summary>
    public long NextBlock { get; set; } = 4 * MiB;

    public long? FileLength { get; set; }

    /// <summary>Raw BAT entries by index in the table.</summary>
    public Dictionary<long, ulong> Bat { get; } = [];

    public Action<byte[]> DamageIdentifier { get; set; } = _ => { };

    /// <summary>Changes header 0 or 1 after its checksum.</summary>
    public Action<int, byte[]> DamageHeader { get; set; } = (_, _) => { };

    /// <summary>Changes a region table before its checksum.</summary>
    public Action<byte[]> EditRegionTable { get; set; } = _ => { };

    /// <summary>Changes region table 0 or 1 after its checksum.</summary>
    public Action<int, byte[]> DamageRegionTable { get; set; } = (_, _) => { };

    /// <summary>Changes the metadata items before they are laid out.</summary>
    public Action<List<(MetadataTableEntry Entry, byte[] Bytes)>> EditItems { get; set; } = _ => { };

    /// <summary>Changes the finished metadata region.</summary>
    public Action<byte[]> EditMetadata { get; set; } = _ => { };

    public int ChunkRatio => (int)((1L << 23) * LogicalSector / BlockSize);

    public long IndexOf(long block) => block + (block / ChunkRatio);

    public long BitmapIndexOf(long block) => (block / ChunkRatio * (ChunkRatio + 1)) + ChunkRatio;

    /// <summary>Stores a block with one value in all its bytes.</summary>
    public ImageBuilder AddBlock(long block, byte fill, PayloadBlockState state = PayloadBlockState.FullyPresent)
    {
        byte[] bytes = new byte[BlockSize];
        bytes.AsSpan().Fill(fill);
        return AddBlock(block, bytes, state);
    }

    public ImageBuilder AddBlock(long block, byte[] bytes, PayloadBlockState state = PayloadBlockState.FullyPresent)
    {
        Bat[IndexOf(block)] = (ulong)NextBlock | (ulong)state;
        _writes.Add((NextBlock, bytes));
        NextBlock += BlockSize;
        return this;
    }

    public ImageBuilder SetState(long block, PayloadBlockState state, long fileOffset = 0)
    {
        Bat[IndexOf(block)] = (ulong)fileOffset | (ulong)state;
        return this;
    }

    /// <summary>Stores the bitmap block of a block's chunk, with the bits of the named sectors of the disk
    /// set.</summary>
    public ImageBuilder AddBitmap(long block, params long[] sectors)
    {
        byte[] bytes = new byte[MiB];
        foreach (long sector in sectors)
        {
            long bit = sector % (1 << 23);
            bytes[bit / 8] |= (byte)(1 << (int)(bit % 8));
        }

        return AddBitmap(block, bytes);
    }

    public ImageBuilder AddBitmap(long block, byte[] bytes)
    {
        Bat[BitmapIndexOf(block)] = (ulong)NextBlock | 6;
        _writes.Add((NextBlock, bytes));
        NextBlock += MiB;
        return this;
    }

    public ImageBuilder WriteAt(long offset, byte[] bytes)
    {
        _writes.Add((offset, bytes));
        return this;
    }

    public ImageBuilder NameParent(Guid linkage, string relativePath)
    {
        FileFlags |= 2;
        ParentLocator = ParentLocatorItem.Write(
            ("parent_linkage", linkage.ToString("B")), ("relative_path", relativePath));
        return this;
    }

    public MemoryImageFile Build(string path = "memory.vhdx")
    {
        var file = new MemoryImageFile(path);
        file.SetLength(NextBlock);
        Put(file, 0, Identifier());
        Put(file, 64 * 1024, Header(0));
        Put(file, 128 * 1024, Header(1));
        Put(file, 192 * 1024, Regions(0));
        Put(file, 256 * 1024, Regions(1));
        Put(file, (long)MetadataOffset, Metadata());
        byte[] entry = new byte[8];
        foreach ((long index, ulong raw) in Bat)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry, raw);
            Put(file, (long)BatOffset + (index * 8), entry);
        }

        foreach ((long at, byte[] bytes) in _writes)
        {
            Put(file, at, bytes);
        }

        if (FileLength is { } length)
        {
            file.SetLength(length);
        }

        file.ResetCounts();
        return file;
    }

    // Hostile offsets lie outside of what a test can hold: such a structure just isn't written.
    private static void Put(MemoryImageFile file, long at, byte[] bytes)
    {
        if (at is >= 0 and < 1L << 46)
        {
            file.Write(new FileOffset(at), bytes);
        }
    }

    private byte[] Identifier()
    {
        byte[] bytes = new byte[FileTypeIdentifier.SizeBytes];
        new FileTypeIdentifier("image builder").Write(bytes);
        DamageIdentifier(bytes);
        return bytes;
    }

    private byte[] Header(int slot)
    {
        byte[] bytes = new byte[VhdxHeader.SizeBytes];
        new VhdxHeader(
            HeaderSequence[slot],
            new Guid("cccccccc-0000-4000-8000-000000000001"),
            DataWriteGuid,
            LogGuid,
            LogVersion,
            Version,
            LogLength,
            LogOffset).Write(bytes);
        DamageHeader(slot, bytes);
        return bytes;
    }

    private byte[] Regions(int copy)
    {
        byte[] bytes = new byte[RegionTable.SizeBytes];
        List<RegionTableEntry> entries =
        [
            new RegionTableEntry(RegionIds.Bat, BatOffset, BatLength, RegionFlags),
            new RegionTableEntry(RegionIds.Metadata, MetadataOffset, MetadataLength, RegionFlags),
            .. ExtraRegions,
        ];
        new RegionTable(entries).Write(bytes);
        EditRegionTable(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.OfStructure(bytes, 4));
        DamageRegionTable(copy, bytes);
        return bytes;
    }

    private byte[] Metadata()
    {
        byte[] parameters = new byte[FileParameters.SizeBytes];
        new FileParameters(BlockSize, FileFlags).Write(parameters);
        var items = new List<(MetadataTableEntry Entry, byte[] Bytes)>();
        Add(items, MetadataItemIds.FileParameters, Required, parameters);
        Add(items, MetadataItemIds.VirtualDiskSize, OfDisk, BitConverter.GetBytes(DiskSize));
        Add(items, MetadataItemIds.LogicalSectorSize, OfDisk, BitConverter.GetBytes(LogicalSector));
        Add(items, MetadataItemIds.PhysicalSectorSize, OfDisk, BitConverter.GetBytes(PhysicalSector));
        Add(items, MetadataItemIds.VirtualDiskId, OfDisk, DiskId.ToByteArray());
        if (ParentLocator is not null)
        {
            Add(items, MetadataItemIds.ParentLocator, Required, ParentLocator);
        }

        EditItems(items);
        byte[] region = new byte[MiB];
        foreach ((MetadataTableEntry entry, byte[] bytes) in items)
        {
            if (entry.OffsetInRegion + (long)bytes.Length <= region.Length)
            {
                bytes.CopyTo(region, (int)entry.OffsetInRegion);
            }
        }

        new MetadataTable((ushort)items.Count).Write(region);
        for (int i = 0; i < items.Count; i++)
        {
            items[i].Entry.Write(region.AsSpan(32 + (i * 32)));
        }

        EditMetadata(region);
        return region;
    }

    private static void Add(List<(MetadataTableEntry Entry, byte[] Bytes)> items, Guid id, uint flags, byte[] bytes)
    {
        uint next = items.Count == 0 ? 65536 : items[^1].Entry.OffsetInRegion + items[^1].Entry.LengthBytes;
        items.Add((new MetadataTableEntry(id, next, (uint)bytes.Length, flags), bytes));
    }
}
