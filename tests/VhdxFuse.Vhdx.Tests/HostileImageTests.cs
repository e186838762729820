using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Opening;
using Xunit;
using Row = (VhdxFuse.Vhdx.VhdxErrorKind Kind, System.Action<VhdxFuse.Support.Images.ImageBuilder> Change);

namespace VhdxFuse.Vhdx.Tests;

/// <summary>
/// One wrong field an image, all else legal: each is refused with its kind, in one line that names the image, without
/// reading or holding much. The rows follow a reader's checklist of the format.
/// </summary>
public sealed class HostileImageTests
{
    private const long MiB = 1 << 20;
    private static readonly Guid Unknown = new("dddddddd-0000-4000-8000-00000000000d");

    private static readonly Dictionary<string, Row> Rows = new(StringComparer.Ordinal)
    {
        ["no identifier"] = (VhdxErrorKind.NotVhdx, b => b.DamageIdentifier = bytes => bytes[0] = (byte)'V'),
        ["empty file"] = (VhdxErrorKind.NotVhdx, b => b.FileLength = 0),
        ["cut in the identifier"] = (VhdxErrorKind.NotVhdx, b => b.FileLength = 100),
        ["cut behind the identifier"] = (VhdxErrorKind.Truncated, b => b.FileLength = 65536),
        ["cut before 1 MiB"] = (VhdxErrorKind.Truncated, b => b.FileLength = MiB - 1),
        ["both headers without signature"] = (VhdxErrorKind.Corrupt, b => b.DamageHeader = (_, bytes) => bytes[0] = 0),
        ["both headers with wrong checksums"] = (VhdxErrorKind.Corrupt, b =>
            b.DamageHeader = (_, bytes) => bytes[9] ^= 1),
        ["one header of each damage"] = (VhdxErrorKind.Corrupt, b =>
            b.DamageHeader = (slot, bytes) => bytes[slot * 9] ^= 1),
        ["equal numbers, different headers"] = (VhdxErrorKind.Corrupt, DifferInHeaderContentAlone),
        ["version 0"] = (VhdxErrorKind.Unsupported, b => b.Version = 0),
        ["version 2"] = (VhdxErrorKind.Unsupported, b => b.Version = 2),
        ["log version 1 with a log"] = (VhdxErrorKind.Unsupported, b => (b.LogVersion, b.LogGuid) = (1, Unknown)),
        ["log length no MiB"] = (VhdxErrorKind.Corrupt, b => b.LogLength = 4096),
        ["log length 0 with a log"] = (VhdxErrorKind.Corrupt, b => (b.LogLength, b.LogGuid) = (0, Unknown)),
        ["log offset no MiB"] = (VhdxErrorKind.Corrupt, b => b.LogOffset = (ulong)MiB + 4096),
        ["log offset 0"] = (VhdxErrorKind.Corrupt, b => b.LogOffset = 0),
        ["log offset overflows"] = (VhdxErrorKind.Corrupt, b => b.LogOffset = 0xFFFF_FFFF_FFF0_0000),
        ["log behind the end"] = (VhdxErrorKind.Truncated, b => b.LogOffset = 64 * (ulong)MiB),
        ["log over 1 GiB"] = (VhdxErrorKind.LimitExceeded, b => b.LogLength = 0x4010_0000),
        ["both region tables damaged"] = (VhdxErrorKind.Corrupt, b =>
            b.DamageRegionTable = (_, bytes) => bytes[9] ^= 1),
        ["too many regions"] = (VhdxErrorKind.Corrupt, b => b.EditRegionTable = bytes => Put32(bytes, 8, 2048)),
        ["2^32-1 regions"] = (VhdxErrorKind.Corrupt, b => b.EditRegionTable = bytes => Put32(bytes, 8, uint.MaxValue)),
        ["the same region twice"] = (VhdxErrorKind.Corrupt, b =>
            b.ExtraRegions.Add(new(RegionIds.Bat, 16 << 20, 1 << 20, 1))),
        ["region offset no MiB"] = (VhdxErrorKind.Corrupt, b => b.BatOffset += 4096),
        ["region below 1 MiB"] = (VhdxErrorKind.Corrupt, b => b.BatOffset = 0),
        ["region length 0"] = (VhdxErrorKind.Corrupt, b => b.BatLength = 0),
        ["region length no MiB"] = (VhdxErrorKind.Corrupt, b => b.BatLength = 4096),
        ["region overflows"] = (VhdxErrorKind.Corrupt, b => b.BatOffset = 0xFFFF_FFFF_FFF0_0000),
        ["region behind the end"] = (VhdxErrorKind.Truncated, b => b.BatOffset = 64 * (ulong)MiB),
        ["region at 2^62"] = (VhdxErrorKind.Truncated, b => b.BatOffset = 1UL << 62),
        ["region over region"] = (VhdxErrorKind.Corrupt, b => b.BatOffset = b.MetadataOffset),
        ["region over the log"] = (VhdxErrorKind.Corrupt, b => b.BatOffset = b.LogOffset),
        ["no BAT"] = (VhdxErrorKind.Corrupt, b => b.EditRegionTable = bytes => (bytes[16], bytes[44]) = (0, 0)),
        ["unknown region, required"] = (VhdxErrorKind.Unsupported, b =>
            b.ExtraRegions.Add(new(Unknown, 4 << 20, 1 << 20, 1))),
        ["unknown region flags"] = (VhdxErrorKind.Corrupt, b => b.RegionFlags = 3),
        ["metadata without signature"] = (VhdxErrorKind.Corrupt, b => b.EditMetadata = bytes => bytes[0] = 0),
        ["too many items"] = (VhdxErrorKind.Corrupt, b => b.EditMetadata = bytes => Put16(bytes, 10, 2048)),
        ["item inside the table"] = (VhdxErrorKind.Corrupt, Item(0, e => e with { OffsetInRegion = 32 })),
        ["item behind the region"] = (VhdxErrorKind.Corrupt, Item(0, e => e with { OffsetInRegion = (uint)MiB - 4 })),
        ["item offset 2^32-1"] = (VhdxErrorKind.Corrupt, Item(0, e => e with { OffsetInRegion = uint.MaxValue })),
        ["items overlap"] = (VhdxErrorKind.Corrupt, Item(1, e => e with { OffsetInRegion = 65540 })),
        ["item over 1 MiB"] = (VhdxErrorKind.Corrupt, Item(0, e => e with { LengthBytes = (uint)MiB + 1 })),
        ["empty item with an offset"] = (VhdxErrorKind.Corrupt, Item(0, e => e with { LengthBytes = 0 })),
        ["the same item twice"] = (VhdxErrorKind.Corrupt, Item(1, e =>
            e with { ItemId = MetadataItemIds.FileParameters })),
        ["item id 0"] = (VhdxErrorKind.Corrupt, Item(1, e => e with { ItemId = Guid.Empty })),
        ["unknown item, required"] = (VhdxErrorKind.Unsupported, Extra(Unknown, MetadataTableEntry.IsRequiredFlag)),
        ["unfinished file"] = (VhdxErrorKind.Incomplete, Extra(MetadataItemIds.IncompleteFile, 4)),
        ["user item, required"] = (VhdxErrorKind.Corrupt, Extra(Unknown, 5)),
        ["unknown item flags"] = (VhdxErrorKind.Corrupt, Extra(Unknown, 8)),
        ["1025 user items"] = (VhdxErrorKind.Corrupt, b => b.EditItems = items => items.AddRange(
            Enumerable.Range(1, 1025)
            .Select(i => (new MetadataTableEntry(new Guid(i, 0, 0, new byte[8]), 0, 0, 1), Array.Empty<byte>())))),
        ["metadata region over 128 MiB"] = (VhdxErrorKind.LimitExceeded, b =>
            (b.MetadataOffset, b.MetadataLength, b.FileLength) = (8 * (ulong)MiB, 129 * (uint)MiB, 200 * MiB)),
        ["no disk size"] = (VhdxErrorKind.Corrupt, b => b.EditItems = items => items.RemoveAt(1)),
        ["disk size of 4 bytes"] = (VhdxErrorKind.Corrupt, Item(1, e => e with { LengthBytes = 4 })),
        ["block size 0"] = (VhdxErrorKind.Corrupt, b => b.BlockSize = 0),
        ["block size 512 KiB"] = (VhdxErrorKind.Corrupt, b => b.BlockSize = 512 << 10),
        ["block size 3 MiB"] = (VhdxErrorKind.Corrupt, b => b.BlockSize = 3 << 20),
        ["block size 512 MiB"] = (VhdxErrorKind.Corrupt, b => b.BlockSize = 512 << 20),
        ["block size 2^31"] = (VhdxErrorKind.Corrupt, b => b.BlockSize = 1u << 31),
        ["block size 2^32-1"] = (VhdxErrorKind.Corrupt, b => b.BlockSize = uint.MaxValue),
        ["unknown file flags"] = (VhdxErrorKind.Corrupt, b => b.FileFlags = 4),
        ["disk size 0"] = (VhdxErrorKind.Corrupt, b => b.DiskSize = 0),
        ["disk size no sector"] = (VhdxErrorKind.Corrupt, b => b.DiskSize = 513),
        ["disk size over 64 TiB"] = (VhdxErrorKind.Corrupt, b => b.DiskSize = (64UL << 40) + 512),
        ["disk size 2^64-512"] = (VhdxErrorKind.Corrupt, b => b.DiskSize = ulong.MaxValue - 511),
        ["logical sector 0"] = (VhdxErrorKind.Corrupt, b => b.LogicalSector = 0),
        ["logical sector 1024"] = (VhdxErrorKind.Corrupt, b => b.LogicalSector = 1024),
        ["physical sector 8192"] = (VhdxErrorKind.Corrupt, b => b.PhysicalSector = 8192),
        ["parent without locator"] = (VhdxErrorKind.Corrupt, b => b.FileFlags = 2),
        ["BAT too short"] = (VhdxErrorKind.Corrupt, b => b.DiskSize = 1UL << 40),
        ["locator of 19 bytes"] = (VhdxErrorKind.Corrupt, Locator(item => item[..19])),
        ["locator of another type"] = (VhdxErrorKind.Unsupported, Locator(item => Changed(item, 0, 0))),
        ["locator without pairs"] = (VhdxErrorKind.Corrupt, Locator(item => Changed(item, 18, 0))),
        ["locator with 65535 pairs"] = (VhdxErrorKind.Corrupt, Locator(item => Changed(item, 18, 0xFFFF))),
        ["locator key outside"] = (VhdxErrorKind.Corrupt, Locator(item => Changed(item, 20, 0xFFF0))),
        ["locator key inside the table"] = (VhdxErrorKind.Corrupt, Locator(item => Changed(item, 20, 20))),
        ["locator key of no length"] = (VhdxErrorKind.Corrupt, Locator(item => Changed(item, 28, 0))),
        ["locator key of odd length"] = (VhdxErrorKind.Corrupt, Locator(item => Changed(item, 28, 27))),
        ["locator value with NUL"] = (VhdxErrorKind.Corrupt, Locator(Pairs(("parent_linkage", "\0")))),
        ["locator value with half a character"] = (VhdxErrorKind.Corrupt, Locator(Pairs(("relative_path", "\uD83D")))),
        ["locator key twice"] = (VhdxErrorKind.Corrupt, Locator(Pairs(("relative_path", "a"), ("relative_path", "b")))),
        ["locator without linkage"] = (VhdxErrorKind.Corrupt, Locator(Pairs(("relative_path", "a")))),
        ["linkage no GUID"] = (VhdxErrorKind.Corrupt, Locator(Pairs(("parent_linkage", "x"), ("relative_path", "a")))),
        ["locator without paths"] = (VhdxErrorKind.Corrupt, Locator(Pairs(("parent_linkage", Unknown.ToString("B"))))),
        ["parent not there"] = (VhdxErrorKind.ParentMissing, b => b.NameParent(Unknown, @".\nowhere.vhdx")),
    };

    public static TheoryData<string> Names() => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    [Rule("R-LAY-1", "R-FTI-1", "R-HDR-2", "R-HDR-6", "R-HDR-7", "R-HDR-8", "R-HDR-9")]
    [Rule("R-REG-2", "R-REG-3", "R-REG-4", "R-REG-5", "R-REG-6", "R-REG-7", "R-REG-8")]
    [Rule("R-MET-1", "R-MET-2", "R-MET-3", "R-MET-4", "R-FP-3", "R-FP-4", "R-BAT-2")]
    [Rule("R-PAR-1", "R-PAR-2", "R-PAR-3", "R-PAR-6")]
    public void A_wrong_field_is_refused_with_its_kind_in_one_line(string name)
    {
        (VhdxErrorKind kind, Action<ImageBuilder> change) = Rows[name];
        var builder = new ImageBuilder();
        change(builder);
        MemoryImageFile file = builder.Build("/e/x.vhdx");
        long before = GC.GetAllocatedBytesForCurrentThread();
        VhdxException error = Assert.Throws<VhdxException>(
            () => DifferencingChain.Open(file, new MemoryParentSource(), new OpenOptions()));
        Assert.Equal(kind, error.Kind);
        Assert.StartsWith("/e/x.vhdx: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.True(file.IsDisposed);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 * MiB);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_check_finds_what_opening_refuses(string name)
    {
        var builder = new ImageBuilder();
        Rows[name].Change(builder);
        MemoryImageFile file = builder.Build("/e/x.vhdx");
        VhdxException error = Assert.Throws<VhdxException>(
            () => DifferencingChain.Open(file.Reopen(), new MemoryParentSource(), new OpenOptions()));
        CheckReport report = ImageChecker.Check(file);
        if (error.Kind == VhdxErrorKind.ParentMissing)
        {
            Assert.True(report.IsClean, string.Join('\n', report.Findings)); // the image itself has no fault
            return;
        }

        Assert.False(report.IsClean);
        Finding first = report.Findings.First(finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal((error.FileOffset, error.Detail), (first.At, first.Detail));
        Assert.Equal(0, file.Writes);
        Assert.False(file.IsDisposed);
    }

    [Fact]
    public void The_image_that_the_rows_start_from_is_accepted() =>
        DifferencingChain.Open(new ImageBuilder().Build(), new MemoryParentSource(), new OpenOptions()).Dispose();

    [Fact]
    [Rule("R-HDR-4", "R-HDR-7", "R-HDR-8", "R-REG-3", "R-REG-4", "R-REG-5", "R-MET-3", "R-FP-3", "R-FP-4")]
    [Rule("R-LAY-2", "T-2", "T-8")]
    public void What_is_odd_but_harmless_is_accepted()
    {
        Accept(b => b.LogVersion = 1);
        Accept(b => (b.LogLength, b.LogOffset) = (0, 0));
        Accept(b => b.RegionFlags = 0);
        Accept(b => b.ExtraRegions.Add(new RegionTableEntry(Unknown, 4 << 20, 1 << 20, 0)), fileLength: 5 * MiB);
        Accept(b => b.EditRegionTable = bytes => bytes.AsSpan(60000).Fill(0xEE));
        Accept(b => b.EditRegionTable = bytes => bytes[12] = 1); // the table's reserved field
        Accept(Extra(Unknown, 0));
        Accept(Extra(Unknown, 1));
        Accept(Extra(MetadataItemIds.ChsParameters, MetadataTableEntry.IsRequiredFlag));
        Accept(b => b.NextBlock += 12345);
        Accept(b => b.DiskSize = 512);
        Assert.Equal(AnomalyKind.ItemFlags, Accept(Item(0, e => e with { Flags = 6 })));
        Assert.Equal(AnomalyKind.HeaderTorn, Accept(b => b.DamageHeader = (slot, bytes) => bytes[9] ^= (byte)slot));
        Assert.Equal(AnomalyKind.RegionTableDamaged, Accept(b =>
            b.DamageRegionTable = (copy, bytes) => bytes[9] ^= (byte)(1 - copy)));
        Assert.Equal(AnomalyKind.LocatorWithoutParent, Accept(b => b.ParentLocator = [1, 2, 3]));
        Assert.Equal(AnomalyKind.HeadersIdentical, Accept(b => b.HeaderSequence[0] = 2));
    }

    [Fact]
    [Rule("R-FTI-3")]
    public void A_creator_of_rubbish_is_no_reason_to_refuse()
    {
        MemoryImageFile file = new ImageBuilder { DamageIdentifier = bytes => bytes.AsSpan(8).Fill(0xD8) }.Build();
        using VhdxImage image = VhdxImage.Open(file, new OpenOptions());
        Assert.Equal(256, image.Creator.Length);
    }

    private static AnomalyKind? Accept(Action<ImageBuilder> change, long? fileLength = null)
    {
        var builder = new ImageBuilder { FileLength = fileLength };
        change(builder);
        using VhdxImage image = VhdxImage.Open(builder.Build(), new OpenOptions());
        return image.Anomalies.SingleOrDefault()?.Kind;
    }

    private static void DifferInHeaderContentAlone(ImageBuilder builder)
    {
        builder.HeaderSequence[0] = 2;
        builder.DamageHeader = (slot, bytes) =>
        {
            bytes[4000] = (byte)slot;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.OfStructure(bytes, 4));
        };
    }

    private static Action<ImageBuilder> Item(int index, Func<MetadataTableEntry, MetadataTableEntry> change) =>
        b => b.EditItems = items => items[index] = (change(items[index].Entry), items[index].Bytes);

    private static Action<ImageBuilder> Extra(Guid itemId, uint flags) =>
        b => b.EditItems = items => items.Add((new MetadataTableEntry(itemId, 0x2_0000, 8, flags), new byte[8]));

    private static Action<ImageBuilder> Locator(Func<byte[], byte[]> change) => b =>
    {
        b.NameParent(Unknown, @".\base.vhdx");
        b.ParentLocator = change(b.ParentLocator!);
    };

    private static Func<byte[], byte[]> Pairs(params (string Key, string Value)[] pairs) =>
        _ => ParentLocatorItem.Write(pairs);

    private static byte[] Changed(byte[] bytes, int at, ushort value)
    {
        Put16(bytes, at, value);
        return bytes;
    }

    private static void Put16(byte[] bytes, int at, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), value);

    private static void Put32(byte[] bytes, int at, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
}
