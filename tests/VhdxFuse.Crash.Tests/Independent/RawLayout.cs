using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>What region tables and metadata say. Both copies of the table must be whole and equal, as our images have
/// them.</summary>
internal sealed record RawLayout(
    long BatAt,
    long BatLength,
    IReadOnlyList<(long At, long End)> Regions,
    long DiskSize,
    long BlockSize,
    int SectorSize,
    bool HasParent,
    IReadOnlyList<Guid> ParentLinkages)
{
    private const int TableBytes = 65536;

    // Nearly all images have the same, and its checksum would be half of a reader's work.
    private static readonly ConcurrentDictionary<UInt128, bool> KnownTables = new();

    private static readonly Guid Bat = new("2DC27766-F623-4200-9D64-115E9BFD4A08");
    private static readonly Guid Metadata = new("8B7CA206-4790-4B9A-B8FE-575F050F886E");
    private static readonly Guid FileParameters = new("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
    private static readonly Guid VirtualDiskSize = new("2FA54224-CD1B-4876-B211-5DBED83BF4B8");
    private static readonly Guid LogicalSectorSize = new("8141BF1D-A96F-4709-BA47-F233A8FAAB5F");
    private static readonly Guid ParentLocator = new("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C");

    public static RawLayout Read(PagedBytes file, RawHeader header)
    {
        byte[] table = file.Bytes(0x30000, TableBytes);
        Raw.Demand(table.AsSpan().SequenceEqual(file.Bytes(0x40000, TableBytes)), "the region tables differ");
        bool isWhole = KnownTables.GetOrAdd(
            file.HashOf(0x30000, TableBytes),
            _ => Raw.Starts(table, "regi") && Castagnoli.Of(table, 4) == Raw.U32(table, 4));
        Raw.Demand(isWhole, "the region tables are damaged");
        var regions = new Dictionary<Guid, (long At, long End)>();
        for (int i = 0; i < Raw.U32(table, 8); i++)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(16 + (32 * i), 32);
            long at = (long)Raw.U64(entry, 16);
            long end = at + Raw.U32(entry, 24);
            Raw.Demand(at >= Raw.MiB && at % Raw.MiB == 0 && end <= file.LengthBytes, "a region lies wrong");
            regions.Add(new Guid(entry[..16]), (at, end));
        }

        Dictionary<Guid, byte[]> items = Items(file, regions[Metadata].At);
        ReadOnlySpan<byte> parameters = items[FileParameters];
        bool hasParent = (Raw.U32(parameters, 4) & 2) != 0;
        return new RawLayout(
            regions[Bat].At,
            regions[Bat].End - regions[Bat].At,
            [.. regions.Values, (0, Raw.MiB), (header.LogAt, header.LogAt + header.LogLength)],
            (long)Raw.U64(items[VirtualDiskSize], 0),
            Raw.U32(parameters, 0),
            (int)Raw.U32(items[LogicalSectorSize], 0),
            hasParent,
            hasParent ? [.. LinkagesOf(items[ParentLocator])] : []);
    }

    private static Dictionary<Guid, byte[]> Items(PagedBytes file, long at)
    {
        byte[] table = file.Bytes(at, TableBytes);
        Raw.Demand(Raw.Starts(table, "metadata"), "the metadata table has no signature");
        int count = table[10] | (table[11] << 8);
        return Enumerable.Range(0, count).Select(i => 32 + (32 * i)).ToDictionary(
            entry => new Guid(table.AsSpan(entry, 16)),
            entry => file.Bytes(at + Raw.U32(table, entry + 16), (int)Raw.U32(table, entry + 20)));
    }

    // One, or two while a merge is under way.
    private static IEnumerable<Guid> LinkagesOf(byte[] locator)
    {
        int count = locator[18] | (locator[19] << 8);
        bool isNamed = false;
        for (int i = 0; i < count; i++)
        {
            byte[] pair = locator[(20 + (12 * i))..(32 + (12 * i))];
            string key = Text(locator, Raw.U32(pair, 0), pair[8] | (pair[9] << 8));
            if (key is "parent_linkage" or "parent_linkage2")
            {
                isNamed |= key == "parent_linkage";
                yield return new Guid(Text(locator, Raw.U32(pair, 4), pair[10] | (pair[11] << 8)));
            }
        }

        Raw.Demand(isNamed, "the parent locator has no parent_linkage");
    }

    private static string Text(byte[] locator, uint at, int length) =>
        System.Text.Encoding.Unicode.GetString(locator, (int)at, length);
}
