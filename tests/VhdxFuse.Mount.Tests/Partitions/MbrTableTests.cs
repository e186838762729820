using System;
using System.Linq;
using System.Text;
using VhdxFuse.Partitions;
using Xunit;

namespace VhdxFuse.Mount.Tests.Partitions;

/// <summary>Master boot records and chains of logical partitions.</summary>
public sealed class MbrTableTests
{
    // The last 72 bytes of the first sector that sfdisk 2.38 made of: label-id 0x1234abcd; 2048+8192 type 7 bootable;
    // 10240+4096 type 83; 20480+80000 type f.
    private const string Golden =
        "cdab3412" + "0000" // disk signature
        + "80" + "202100" + "07" + "aa2800" + "00080000" + "00200000" // active, NTFS, 2048, 8192
        + "00" + "aa2900" + "83" + "e53800" + "00280000" + "00100000" // Linux, 10240, 4096
        + "00" + "464601" + "0f" + "414106" + "00500000" + "80380100" // extended, 20480, 80000
        + "00000000000000000000000000000000"
        + "55aa";

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void Primary_partitions_are_those_of_the_record_in_logical_sectors(int sectorBytes)
    {
        var disk = new DiskDraft(200_000, sectorBytes);
        Convert.FromHexString(Golden).CopyTo(disk[0].AsSpan(440));
        PartitionTable table = disk.Read();
        Assert.Equal((PartitionScheme.Mbr, "1234abcd"), (table.Scheme, table.Id));
        Assert.Equal(
            [
                (1, 2048L * sectorBytes, 8192L * sectorBytes, "0x07", "1234abcd-01", true, false),
                (2, 10240L * sectorBytes, 4096L * sectorBytes, "0x83", "1234abcd-02", false, false),
                (3, 20480L * sectorBytes, 80000L * sectorBytes, "0x0f", "1234abcd-03", false, true),
            ],
            table.Partitions.Select(p =>
                (p.Number, p.Start, p.LengthBytes, p.Type, p.Id, p.IsActive, p.IsContainer)));
        Assert.Equal("NTFS or exFAT", table.Partitions[0].TypeName);
    }

    [Fact]
    public void Logical_partitions_count_from_5_through_every_extended_one()
    {
        DiskDraft disk = new DiskDraft(10_000)
            .Entry(0, 1, 0x05, 1000, 3000).Entry(0, 3, 0x0f, 5000, 3000)
            .Entry(1000, 0, 0x83, 10, 100).Entry(1000, 1, 0x05, 500, 500)
            .Entry(1500, 0, 0x82, 20, 100).Entry(1500, 1, 0x05, 1000, 500)
            .Entry(2000, 1, 0x05, 1200, 200) // a record without a partition takes no number
            .Entry(2200, 0, 0x83, 1, 2)
            .Entry(5000, 0, 0x83, 7, 9);
        PartitionTable table = disk.Read();
        Assert.Empty(table.Notes);
        Assert.Equal(
            [(2, 1000L), (4, 5000), (5, 1010), (6, 1520), (7, 2201), (8, 5007)],
            table.Partitions.Select(p => (p.Number, p.Start / 512)));
    }

    [Theory]
    [InlineData(0)] // to itself
    [InlineData(500)] // to the one before
    public void A_chain_that_leads_back_ends(uint back)
    {
        DiskDraft disk = new DiskDraft(10_000)
            .Entry(0, 0, 0x05, 1000, 3000)
            .Entry(1000, 0, 0x83, 10, 100).Entry(1000, 1, 0x05, 500, 500)
            .Entry(1500, 0, 0x82, 20, 100).Entry(1500, 1, 0x05, back, 500);
        PartitionTable table = disk.Read();
        Assert.Equal([1, 5, 6], table.Partitions.Select(p => p.Number));
        Assert.Equal($"the chain of logical partitions leads back to sector {1000 + back}", Assert.Single(table.Notes));
    }

    [Theory]
    [InlineData(0x83, 255, "there are more than 255 partitions; the others are left out")]
    [InlineData(0x00, 1, "the chain of logical partitions has more than 512 records; it is left there")]
    public void An_endless_chain_ends(byte type, int partitions, string note)
    {
        var disk = new DiskDraft(1_000_000);
        disk.Entry(0, 0, 0x05, 1000, 900_000);
        for (uint i = 0; i < 5000; i++)
        {
            disk.Entry(1000 + (i * 10), 0, type, 1, 5).Entry(1000 + (i * 10), 1, 0x05, (i + 1) * 10, 10);
        }

        PartitionTable table = disk.Read();
        Assert.Equal(partitions, table.Partitions.Count);
        Assert.Equal(note, table.Notes[^1]);
        Assert.InRange(disk.Reads, 1, 600);
    }

    [Fact]
    public void A_partition_ends_with_the_disk_and_none_starts_behind_it()
    {
        DiskDraft disk = new DiskDraft(1000)
            .Entry(0, 0, 0x83, 900, 101).Entry(0, 1, 0x83, 1000, 1).Entry(0, 2, 0x83, uint.MaxValue, uint.MaxValue)
            .Entry(0, 3, 0x05, 500, uint.MaxValue)
            .Entry(500, 0, 0x83, uint.MaxValue, 1);
        PartitionTable table = disk.Read();
        Assert.Equal([(1, 900L, 100L), (4, 500, 500)], table.Partitions.Select(p =>
            (p.Number, p.Start / 512, p.LengthBytes / 512)));
        Assert.Equal(
            [
                "partition 1 has 101 sectors, of which the disk holds 100",
                "partition 2 starts at sector 1000, behind the disk's end",
                "partition 3 starts at sector 4294967295, behind the disk's end",
                "partition 4 has 4294967295 sectors, of which the disk holds 500",
                "partition 5 starts at sector 4294967795, behind the disk's end",
            ],
            table.Notes);
    }

    [Fact]
    public void Partitions_that_overlap_are_shown_and_noted()
    {
        DiskDraft disk = new DiskDraft(1000)
            .Entry(0, 0, 0x83, 100, 500).Entry(0, 1, 0x83, 700, 100).Entry(0, 2, 0x83, 599, 10);
        PartitionTable table = disk.Read();
        Assert.Equal(3, table.Partitions.Count);
        Assert.Equal(["partitions 1 and 3 overlap"], table.Notes);
    }

    [Fact]
    public void A_missing_record_of_a_chain_is_noted()
    {
        PartitionTable table = new DiskDraft(1000).Entry(0, 0, 0x05, 100, 500).Read();
        Assert.Equal(
            "the chain of logical partitions ends at sector 100, where no boot record is", Assert.Single(table.Notes));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("flags")]
    [InlineData("FAT")]
    [InlineData("FAT with text")]
    [InlineData("NTFS")]
    [InlineData("NTFS with code")]
    public void What_is_no_table_has_no_partitions(string what)
    {
        var disk = new DiskDraft(1000);
        switch (what)
        {
            case "nothing":
                break;
            case "flags":
                disk.Entry(0, 0, 0x83, 100, 100).Entry(0, 1, 0x83, 200, 100, status: 0x20);
                break;
            case "FAT" or "FAT with text":
                // As mkfs.fat writes it: 512 bytes a sector, 4 sectors a cluster, 4 reserved, 2 tables, media F8.
                Convert.FromHexString("eb3c906d6b66732e66617400020404000200020020f80800").CopyTo(disk[0], 0);
                disk.Entry(0, 3, 0, 0, 0);
                byte[] text = what.Length > 3 ? Encoding.ASCII.GetBytes("\0Please insert a bootable floppy") : [];
                text.CopyTo(disk[0].AsSpan(446));
                break;
            default:
                "NTFS    "u8.CopyTo(disk[0].AsSpan(3));
                disk.Entry(0, 3, 0, 0, 0);
                disk.Entry(0, 1, what.Length > 4 ? (byte)7 : (byte)0, 0, what.Length > 4 ? 7u : 0);
                break;
        }

        PartitionTable table = disk.Read();
        Assert.Equal(PartitionScheme.None, table.Scheme);
        Assert.Empty(table.Partitions);
        Assert.Empty(table.Notes);
    }

    /// <summary>Boot managers start like a boot sector of FAT; sticks are made that are both.</summary>
    [Fact]
    public void A_table_in_a_boot_sector_counts_when_it_is_right_in_everything()
    {
        DiskDraft disk = new DiskDraft(1000).Entry(0, 0, 0x0c, 63, 900, status: 0x80);
        Convert.FromHexString("eb3c906d6b66732e66617400020404000200020020f80800").CopyTo(disk[0], 0);
        Assert.Equal(1, Assert.Single(disk.Read().Partitions).Number);
        disk.Entry(0, 0, 0x0c, 63, 938, status: 0x80); // one too many
        Assert.Empty(disk.Read().Partitions);
    }

    [Fact]
    public void A_disk_shorter_than_a_sector_has_none()
    {
        var source = new SectorSource((_, _) => Assert.Fail("nothing to read"), 100, 512);
        Assert.Equal(PartitionScheme.None, PartitionReader.Read(source).Scheme);
    }

    [Fact]
    public void Any_bytes_end_in_a_table_inside_the_disk()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var disk = new DiskDraft(64);
            for (int i = 0; i < 64; i++)
            {
                random.NextBytes(disk[i]);
                for (int entry = 0; entry < 4; entry++)
                {
                    byte type = (byte)(random.Next(3) == 0 ? 0x05 : random.Next(256));
                    disk.Entry(i, entry, type, (uint)random.Next(70), (uint)random.Next(70));
                }
            }

            PartitionTable table = disk.Read();
            Assert.All(table.Partitions, p => Assert.True(p.Start >= 0 && p.LengthBytes > 0 && p.End <= 64 * 512));
            Assert.Equal(table.Partitions.Count, table.Partitions.DistinctBy(p => p.Number).Count());
            Assert.InRange(disk.Reads, 1, 600);
        }
    }
}
