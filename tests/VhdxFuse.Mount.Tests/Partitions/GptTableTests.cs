using System;
using System.Buffers.Binary;
using System.Linq;
using VhdxFuse.Partitions;
using VhdxFuse.Vhdx;
using Xunit;

namespace VhdxFuse.Mount.Tests.Partitions;

/// <summary>GUID partition tables.</summary>
public sealed class GptTableTests
{
    private const long Sectors = 10_000;
    private const long Copy = Sectors - 1;
    private const long CopyOfEntries = Sectors - 33;

    private static readonly (ulong First, ulong Last)[] Two = [(2048, 4095), (4096, 4096)];

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void The_primary_table_is_read_in_logical_sectors(int sectorBytes)
    {
        DiskDraft disk = new DiskDraft(Sectors, sectorBytes).Protective().Gpt(1, 2, Two);
        PartitionTable table = disk.Read();
        Assert.Empty(table.Notes);
        Assert.Equal((PartitionScheme.Gpt, $"{DiskDraft.DiskId:D}"), (table.Scheme, table.Id));
        Assert.Equal(
            [
                (1, 2048L * sectorBytes, 2048L * sectorBytes, DiskDraft.LinuxType, "Linux", "part 0"),
                (2, 4096L * sectorBytes, sectorBytes, DiskDraft.LinuxType, "Linux", "part 1"),
            ],
            table.Partitions.Select(p => (p.Number, p.Start, p.LengthBytes, p.Type, p.TypeName, p.Name)));
        Assert.Equal(3, disk.Reads);
    }

    [Theory]
    [InlineData("nothing", "there is none")]
    [InlineData("checksum", "its size or its checksum is wrong")]
    [InlineData("size", "its size or its checksum is wrong")]
    [InlineData("own sector", "it says that it lies at sector 7")]
    [InlineData("entries", "the checksum of its entries is wrong")]
    [InlineData("entries far", "its entries lie behind the disk's end")]
    [InlineData("entries farthest", "its entries lie behind the disk's end")]
    [InlineData("entry size", "its entries have 64 bytes")]
    [InlineData("entry size 0", "its entries have 0 bytes")]
    [InlineData("entry size 4G", "its entries have 4294967295 bytes")]
    [InlineData("entry count", "4294967295 entries are too many")]
    public void A_damaged_table_gives_way_to_its_copy(string what, string why)
    {
        DiskDraft disk = new DiskDraft(Sectors).Protective();
        if (what is not "nothing")
        {
            disk.Gpt(1, 2, Two, header => Bend(header, what));
        }

        disk[1][56] ^= what is "checksum" ? (byte)1 : (byte)0;
        disk[2][127] ^= what is "entries" ? (byte)1 : (byte)0;
        PartitionTable none = disk.Read();
        Assert.Equal((PartitionScheme.Gpt, null), (none.Scheme, none.Id));
        Assert.Empty(none.Partitions);

        PartitionTable table = disk.Gpt(Copy, CopyOfEntries, Two).Read();
        Assert.Equal([1, 2], table.Partitions.Select(p => p.Number));
        Assert.Equal(
            [$"the GPT header at sector 1 doesn't count: {why}", $"the copy of the GPT at sector {Copy} is used"],
            table.Notes);
    }

    [Fact]
    public void Entries_that_make_no_sense_are_noted_and_keep_their_numbers()
    {
        DiskDraft disk = new DiskDraft(Sectors).Protective().Gpt(
            1,
            2,
            [
                (5, 4), (9999, 10_000), (10_000, 10_001), (0, ulong.MaxValue), (ulong.MaxValue, ulong.MaxValue),
                (ulong.MaxValue - 1, ulong.MaxValue - 1), (100, 100), (1UL << 40, 1UL << 60),
            ]);
        PartitionTable table = disk.Read();
        Assert.Equal([(2, 9999L, 1L), (7, 100, 1)], table.Partitions.Select(p =>
            (p.Number, p.Start / 512, p.LengthBytes / 512)));
        Assert.Equal(7, table.Notes.Count);
    }

    [Fact]
    public void A_hybrid_record_gives_way_to_the_GPT()
    {
        PartitionTable table = new DiskDraft(Sectors)
            .Protective().Entry(0, 1, 0x0c, 2048, 100).Gpt(1, 2, Two).Read();
        Assert.Equal(2, table.Partitions.Count);
        Assert.Equal(
            "a hybrid master boot record names 1 partitions by itself; the GPT counts", Assert.Single(table.Notes));
    }

    [Fact]
    public void Without_a_protective_record_there_is_no_GPT()
    {
        PartitionTable table = new DiskDraft(Sectors).Gpt(1, 2, Two).Gpt(Copy, CopyOfEntries, Two).Read();
        Assert.Equal(PartitionScheme.None, table.Scheme);
        Assert.Empty(table.Partitions);
    }

    [Fact]
    public void The_table_of_a_longer_disk_is_said_to_be_one()
    {
        PartitionTable table = new DiskDraft(Sectors)
            .Protective().Gpt(1, 2, [(9000, 20_000)], header => DiskDraft.Put(header, 48, 20_000)).Read();
        Assert.Equal(1000 * 512, Assert.Single(table.Partitions).LengthBytes);
        Assert.Equal(
            [
                "the GPT is that of a longer disk: sectors up to 20000 are usable there",
                "partition 1 has 11001 sectors, of which the disk holds 1000",
            ],
            table.Notes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_disk_that_ends_in_the_table_is_read_all_the_same(long sectors)
    {
        var disk = new DiskDraft(sectors);
        disk.Protective();
        disk[1][0] = (byte)'E';
        Assert.Equal(PartitionScheme.Gpt, disk.Read().Scheme);
    }

    [Fact]
    public void A_sector_that_can_not_be_read_is_a_note()
    {
        DiskDraft disk = new DiskDraft(Sectors).Protective();
        var source = new SectorSource(
            (offset, target) =>
            {
                if (offset > 0)
                {
                    throw new VhdxException(VhdxErrorKind.Io, "image", "no luck");
                }

                disk[0].CopyTo(target);
            },
            Sectors * 512,
            512);
        PartitionTable table = PartitionReader.Read(source);
        Assert.Equal("the partition table can't be read: image: no luck", Assert.Single(table.Notes));
    }

    private static void Bend(byte[] header, string what)
    {
        switch (what)
        {
            case "size":
                header[12] = 91;
                break;
            case "own sector":
                DiskDraft.Put(header, 24, 7);
                break;
            case "entries far":
                DiskDraft.Put(header, 72, Sectors - 31);
                break;
            case "entries farthest":
                DiskDraft.Put(header, 72, ulong.MaxValue);
                break;
            case "entry size":
                header[84] = 64;
                break;
            case "entry size 0":
                header[84] = 0;
                break;
            case "entry size 4G":
                BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(84), uint.MaxValue);
                break;
            case "entry count":
                BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(80), uint.MaxValue);
                break;
            default:
                break;
        }
    }
}
