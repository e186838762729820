using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using Row = (string Finding, System.Action<VhdxFuse.Support.Images.ImageBuilder> Change);

namespace VhdxFuse.Support.Images;

/// <summary>Faults, each in an image of its own that is legal otherwise, and the one finding that a check must tell: of
/// that severity or a greater one there is no other.</summary>
internal static class PlantedFaults
{
    private const long MiB = 1 << 20;
    private const long Table = 192 << 10;
    private const long Items = (2 * MiB) + 32;
    private const long Values = (2 * MiB) + (64 << 10);
    private const long Bat = 3 * MiB;
    private const long DataAt = 20 * MiB;
    private static readonly Guid Unknown = new("dddddddd-0000-4000-8000-00000000000d");

    private static readonly Dictionary<string, Row> Rows = new(StringComparer.Ordinal)
    {
        ["not VHDX"] = ("Error R-FTI-1 -", b => b.DamageIdentifier = bytes => bytes[0] = 0),
        ["shorter than 1 MiB"] = ("Error R-LAY-3 -", b => b.FileLength = 65536),
        ["no header"] = ("Error R-HDR-2 0x10000", b => b.DamageHeader = (_, bytes) => bytes[9] ^= 1),
        ["header 1 torn"] = ("Warning R-HDR-4 0x10000", b => b.DamageHeader = (slot, bytes) =>
            bytes[9] ^= (byte)(1 - slot)),
        ["header 2 torn"] = ("Warning R-HDR-4 0x20000", b => b.DamageHeader = (slot, bytes) => bytes[9] ^= (byte)slot),
        ["headers the same"] = ("Warning T-1 0x20000", b => b.HeaderSequence[0] = 2),
        ["headers of one number"] = ("Error R-HDR-3 0x10000", b => (b.HeaderSequence[0], b.DamageHeader) =
            (2, (slot, bytes) => Resealed(bytes, 4000, (byte)slot))),
        ["format version"] = ("Error R-HDR-6 0x20042", b => b.Version = 2),
        ["log version, no log"] = ("Warning R-HDR-7 0x20040", b => b.LogVersion = 1),
        ["log version"] = ("Error R-HDR-7 0x20040", b => (b.LogVersion, b.LogGuid) = (1, Unknown)),
        ["log of no length"] = ("Error R-HDR-8 0x20044", b => (b.LogLength, b.LogGuid) = (0, Unknown)),
        ["log behind the file"] = ("Error R-HDR-9 0x20048", b => b.LogOffset = 64 * (ulong)MiB),
        ["log never written"] = ("Warning T-6 0x100000", b => b.LogGuid = Unknown),
        ["region table 1 damaged"] = ("Warning R-REG-2 0x30000", b => b.DamageRegionTable = (copy, bytes) =>
            bytes[9] ^= (byte)(1 - copy)),
        ["region table 2 damaged"] = ("Warning R-REG-2 0x40000", b => b.DamageRegionTable = (copy, bytes) =>
            bytes[9] ^= (byte)copy),
        ["region tables differ"] = ("Warning R-REG-2 0x40000", b => b.DamageRegionTable = (copy, bytes) =>
            Resealed(bytes, 60000, (byte)copy)),
        ["no region table"] = ("Error R-REG-2 0x30000", b => b.DamageRegionTable = (_, bytes) => bytes[9] ^= 1),
        ["too many regions"] = ("Error R-REG-3 0x30008", b => b.EditRegionTable = bytes =>
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 2048)),
        ["a region twice"] = (At("Error R-REG-4", Table + 16 + 64), b =>
            b.ExtraRegions.Add(new(RegionIds.Bat, 16 << 20, 1 << 20, 1))),
        ["no BAT"] = (At("Error R-REG-4", Table), b => b.EditRegionTable = bytes => (bytes[16], bytes[44]) = (0, 0)),
        ["unknown region, required"] = (At("Error R-REG-5", Table + 16 + 64), b =>
            WithSpace(b).ExtraRegions.Add(new(Unknown, 4 << 20, 1 << 20, 1))),
        ["region over region"] = ("Error R-REG-6 0x200000", b => b.ExtraRegions.Add(new(Unknown, 2 << 20, 1 << 20, 0))),
        ["region over the log"] = ("Error R-REG-6 0x100000", b =>
            b.ExtraRegions.Add(new(Unknown, 1 << 20, 1 << 20, 0))),
        ["region behind the file"] = (At("Error R-REG-7", Table + 16 + 16), b => b.BatOffset = 64 * (ulong)MiB),
        ["region flags"] = (At("Error R-REG-8", Table + 16 + 64 + 28), b =>
            WithSpace(b).ExtraRegions.Add(new(Unknown, 4 << 20, 1 << 20, 2))),
        ["region in the first MiB"] = (At("Error R-LAY-1", Table + 16 + 16), b => b.BatOffset = 0),
        ["no metadata table"] = ("Error R-MET-1 0x200000", b => b.EditMetadata = bytes => bytes[0] = 0),
        ["items overlap"] = (At("Error R-MET-1", Items + 160), b => b.EditItems = items =>
            items.Add((new(Unknown, 65561, 4, 0), []))), // in the VirtualDiskId
        ["empty item with an offset"] = (At("Error R-MET-2", Items + 160 + 16), Extra(Unknown, 0, 0)),
        ["unknown item, required"] = (At("Error R-MET-3", Items + 160), Extra(Unknown, 4)),
        ["unfinished file"] = (At("Error R-MET-3", Items + 160), Extra(MetadataItemIds.IncompleteFile, 4)),
        ["item over 1 MiB"] = (At("Error R-MET-4", Items + 160 + 20), Extra(Unknown, 0, (1 << 20) + 1)),
        ["no disk size"] = ("Error R-FP-4 -", b => b.EditItems = items => items.RemoveAt(1)),
        ["disk size 0"] = (At("Error R-FP-4", Values + 8), b => b.DiskSize = 0),
        ["item marked wrongly"] = ("Warning R-FP-4 0x200000", Item(0, e => e with { Flags = 6 })),
        ["parent without locator"] = ("Error R-FP-3 -", b => b.FileFlags = 2),
        ["locator without parent"] = ("Warning R-FP-3 0x200000", b => b.ParentLocator = [1, 2, 3]),
        ["locator cut"] = (At("Error R-PAR-1", Values + 40), Locator(item => item[..19])),
        ["locator of another type"] = (At("Error R-PAR-2", Values + 40), Locator(item => [0, .. item[1..]])),
        ["locator without path"] = (At("Error R-PAR-3", Values + 40), Locator(_ =>
            ParentLocatorItem.Write(("parent_linkage", Unknown.ToString("B"))))),
        ["linkage no GUID"] = (At("Error R-PAR-6", Values + 40), Locator(_ =>
            ParentLocatorItem.Write(("parent_linkage", "x"), ("relative_path", "y")))),
        ["BAT too short"] = (At("Error R-BAT-2", Bat), b => b.DiskSize = 1UL << 40),
        ["present at 0"] = (At("Error R-BAT-4", Bat), b => b.Bat[0] = 6),
        ["block behind the file"] = (At("Error R-BAT-5", Bat + 8), b => b.Bat[1] = 0x4000_0006),
        ["block on the log"] = (At("Error R-BAT-5", Bat + 8), b => b.Bat[1] = 0x0010_0006),
        ["block on the BAT"] = (At("Error R-BAT-5", Bat + 8), b => b.Bat[1] = 0x0030_0006),
        ["anchor on the BAT"] = (At("Error R-BAT-5", Bat + 8), b => b.Bat[1] = 0x0030_0003),
        ["reserved bits"] = (At("Error R-BAT-6", Bat + 16), b => b.Bat[2] = 8),
        ["payload state 4"] = (At("Error R-BAT-7", Bat + 56), b => b.Bat[7] = 4),
        ["bitmap state 5"] = (At("Error R-BAT-7", Bat + (4096 * 8)), b => b.NameParent(Unknown, "p").Bat[4096] = 5),
        ["partial without parent"] = (At("Error R-BAT-8", Bat), b =>
            b.AddBlock(0, 1, PayloadBlockState.PartiallyPresent)),
        ["partial without bitmap"] = (At("Error R-BAT-9", Bat), b =>
            b.NameParent(Unknown, "p").AddBlock(0, 1, PayloadBlockState.PartiallyPresent)),
        ["zero block with an offset"] = (At("Warning R-RD-3", Bat + 24), b =>
            (b.Bat[3], b.Bat[4]) = (0x0050_0002, 0x0050_0000)),
        ["anchor behind the file"] = (At("Warning R-RD-2", Bat + 8), b => b.Bat[1] = 0x4000_0003),
        ["last block cut"] = (At("Warning T-4", Bat + 8), b =>
            (b.BlockSize, b.DiskSize, b.Bat[1], b.NextBlock) = (2 << 20, 3 << 20, 0x0040_0006, 5 << 20)),
        ["fixed without blocks"] = (At("Warning T-5", Bat), b => b.FileFlags = 1),
        ["header number too great"] = ("Warning R-HDR-10 0x20008", b => b.HeaderSequence[1] = ulong.MaxValue),
        ["two blocks in one place"] = (At("Error R-BAT-5", Bat + 8), b => Blocks(b, 1, (0, 4), (1, 4))),
        ["blocks overlap in part"] = (At("Error R-BAT-5", Bat + 8), b => Blocks(b, 2, (0, 4), (1, 5))),
        ["anchor in a block"] = (At("Error R-RD-2", Bat + 8), b =>
            Blocks(b, 1, (0, 4)).SetState(1, PayloadBlockState.Unmapped, 4 * MiB)),
        ["bitmap in a block"] = (At("Error R-BAT-5", Bat + (2048 * 8)), b =>
            Blocks(b.NameParent(Unknown, "p"), 2, (0, 4)).Bat[2048] = 0x0050_0006),
        ["lost space inside"] = ("Info R-WR-3 0x400000", b => Blocks(b, 1, (0, 5))),
        ["lost space between"] = ("Info R-WR-3 0x500000", b => Blocks(b, 1, (0, 4), (1, 6))),
        ["data behind the end"] = ("Info R-WR-3 0x400000", b => b.FileLength = 6 * MiB),
        ["bitmap that nothing needs"] = (At("Info R-SBM-3", Bat + (4096 * 8)), b =>
            b.NameParent(Unknown, "p").AddBitmap(0)),
        ["bits behind the disk"] = ("Info R-RD-5 0x500001", b => WithBitsBehind(b)),
        ["unknown region"] = (At("Info R-REG-5", Table + 16 + 64), b =>
            WithSpace(b).ExtraRegions.Add(new(Unknown, 4 << 20, 1 << 20, 0))),
        ["no log at all"] = ("Info R-HDR-8 0x20044", b => (b.LogLength, b.LogOffset, b.MetadataOffset, b.BatOffset,
            b.NextBlock) = (0, 0, 1 * (ulong)MiB, 2 * (ulong)MiB, 3 * MiB)),
    };

    public static IReadOnlyCollection<string> Names => Rows.Keys;

    /// <summary>The disk block of 1 MiB that <see cref="BuildWithData"/> fills with <see cref="DataByte"/>.</summary>
    public const int DataBlock = 6;

    public const byte DataByte = 0x66;

    /// <summary>Severity, rule and place of the finding.</summary>
    public static string ExpectedOf(string name) => Rows[name].Finding;

    public static MemoryImageFile Build(string name) => Bent(name).Build();

    /// <summary>The same with a block of data, where the fault leaves room for one.</summary>
    public static (MemoryImageFile File, bool HasData) BuildWithData(string name)
    {
        ImageBuilder builder = Bent(name);
        bool hasRoom = builder.BlockSize == MiB && builder.DiskSize >= (DataBlock + 1) * (ulong)MiB
            && builder.FileLength is null or >= 4 * MiB and < DataAt && builder.NextBlock < DataAt;
        if (hasRoom)
        {
            byte[] data = new byte[MiB];
            data.AsSpan().Fill(DataByte);
            builder.WriteAt(DataAt, data).SetState(DataBlock, PayloadBlockState.FullyPresent, DataAt);
            builder.FileLength = DataAt + MiB;
        }

        return (builder.Build(), hasRoom);
    }

    private static ImageBuilder Bent(string name)
    {
        var builder = new ImageBuilder();
        Rows[name].Change(builder);
        return builder;
    }

    private static ImageBuilder Blocks(ImageBuilder builder, int blockMiB, params (int Block, int AtMiB)[] places)
    {
        builder.BlockSize = (uint)blockMiB << 20;
        foreach ((int block, int at) in places)
        {
            builder.SetState(block, PayloadBlockState.FullyPresent, at * MiB);
            builder.NextBlock = Math.Max(builder.NextBlock, (at + blockMiB) * MiB);
        }

        return builder;
    }

    // The last block has 8 sectors of the disk, and its bitmap a bit for the ninth.
    private static void WithBitsBehind(ImageBuilder builder)
    {
        builder.DiskSize = 8 * 512;
        builder.NameParent(Unknown, "p").AddBlock(0, 1, PayloadBlockState.PartiallyPresent).AddBitmap(0, 0, 8);
    }

    private static ImageBuilder WithSpace(ImageBuilder builder)
    {
        builder.FileLength = 5 * MiB;
        return builder;
    }

    private static string At(string finding, long at) => $"{finding} 0x{at:x}";

    private static void Resealed(byte[] bytes, int at, byte value)
    {
        bytes[at] = value;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.OfStructure(bytes, 4));
    }

    private static Action<ImageBuilder> Item(int index, Func<MetadataTableEntry, MetadataTableEntry> change) =>
        b => b.EditItems = items => items[index] = (change(items[index].Entry), items[index].Bytes);

    private static Action<ImageBuilder> Extra(Guid itemId, uint flags, uint lengthBytes = 8) =>
        b => b.EditItems = items =>
            items.Add((new MetadataTableEntry(itemId, 0x2_0000, lengthBytes, flags), new byte[8]));

    private static Action<ImageBuilder> Locator(Func<byte[], byte[]> change) => b =>
    {
        b.NameParent(Unknown, @".\base.vhdx");
        b.ParentLocator = change(b.ParentLocator!);
    };
}
