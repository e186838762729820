using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Format;

/// <summary>
/// Each structure against bytes that another program made of the specification: the start of it as hex, so that a wrong
/// field is seen, and all of it by its hash. What is written is read again, to the same values.
/// </summary>
public sealed class GoldenBytesTests
{
    private const uint MiB = 1 << 20;
    private static readonly Guid FileWrite = new("01234567-89ab-4cde-8f01-23456789abcd");
    private static readonly Guid DataWrite = new("fedcba98-7654-4321-8fed-cba987654321");
    private static readonly Guid LogGuid = new("a1b2c3d4-e5f6-4789-90ab-cdef01234567");

    private static readonly Dictionary<string, LogRow> LogEntries = new(StringComparer.Ordinal)
    {
        ["a page"] = new(
            new() { SequenceNumber = 0x1122334455667788, LogGuid = LogGuid, Last = 36 * MiB },
            entry => entry.Data(3 * MiB, Page()),
            """
            6c6f6765 fa95252b 00200000 00000000 8877665544332211 01000000 00000000
            d4c3b2a1f6e5894790abcdef01234567 0000400000000000 0000400200000000
            64657363 e7eef5fc 030a11181f262d34 0000300000000000 8877665544332211
            """,
            "038950fd078e3b0e89e7ff7419655a486b5b073711eb15ee67026645b19a7883"),
        ["a range of zeros"] = new(
            new() { SequenceNumber = 2, LogGuid = LogGuid },
            entry => entry.Zero(4 * MiB, MiB),
            """
            6c6f6765 a5f30f35 00100000 00000000 0200000000000000 01000000 00000000
            d4c3b2a1f6e5894790abcdef01234567 0000400000000000 0000400000000000
            7a65726f 00000000 0000100000000000 0000400000000000 0200000000000000
            """,
            "3255e9a292afd8901017f228c9811829025a25ee033b9c0c91a286b9635d145a"),
        ["nothing"] = new(
            new() { SequenceNumber = 1, LogGuid = LogGuid },
            entry => entry,
            """
            6c6f6765 1fa4e8d5 00100000 00000000 0100000000000000 00000000 00000000
            d4c3b2a1f6e5894790abcdef01234567 0000400000000000 0000400000000000
            """,
            "15e2d175a5d1d29218673dcf702d22a748bd1a4df21e7efbfb853aa8404702e6"),
        ["page, zeros, page"] = new(
            new() { SequenceNumber = 3, LogGuid = LogGuid, Tail = 0x2000, Last = 8 * MiB },
            entry => entry.Data(3 * MiB, Page()).Zero(6 * MiB, 8192).Data((3 * MiB) + 4096, 0),
            "6c6f6765 4df28171 00300000 00200000 0300000000000000 03000000 00000000",
            "f7e2bc2ac22ea0b054dc62f4d349c8cc101ae6413ac74eedd0488bc0853ef4b6"),
        ["126 descriptors, one sector"] = new(
            new() { SequenceNumber = 4, LogGuid = LogGuid, Last = 512 * MiB },
            entry => Zeros(entry, 126),
            "6c6f6765 af2a1d15 00100000 00000000 0400000000000000 7e000000 00000000",
            "412c2b5d2ca5963f1bac779d2252bfdc59c7d5f0bc7dee95e1061fff657776dd"),
        ["127 descriptors, two sectors"] = new(
            new() { SequenceNumber = 4, LogGuid = LogGuid, Last = 512 * MiB },
            entry => Zeros(entry, 127),
            "6c6f6765 fa6cf9b5 00200000 00000000 0400000000000000 7f000000 00000000",
            "6e25c2ac614385c9b92069ce44683d38aef3f9f384ba606c0585f6070ad41854"),
    };

    public static TheoryData<string> LogEntryNames() => [.. LogEntries.Keys];

    [Fact]
    public void The_checksum_is_CRC_32C()
    {
        byte[] counting = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];
        Assert.Equal(0xE306_9283U, CrcOf("123456789"u8));
        Assert.Equal(0U, CrcOf(default));
        Assert.Equal(0x8A91_36AAU, CrcOf(new byte[32]));
        Assert.Equal(0x62A8_AB43U, CrcOf(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD_794EU, CrcOf(counting));
        Assert.Equal(0x98F9_4189U, CrcOf(new byte[4096]));

        // In pieces of any length, as the replay of a long entry does it.
        for (int cut = 0; cut <= counting.Length; cut++)
        {
            var crc = new Crc32C();
            crc.Append(counting.AsSpan(0, cut));
            crc.Append(counting.AsSpan(cut));
            Assert.Equal(0x46DD_794EU, crc.CurrentValue);
        }
    }

    [Theory]
    [InlineData(1UL, false, "7b317dd0", "cea8d18b0e89f25c730cfda90bba96d9dd81f35cd5087b4bd1e75e16adc3df3f")]
    [InlineData(2UL, true, "27fdbb8f", "0a5ee95dcd9677894e9a827e2558db33ecb65a51126b926b20ca9fe814c13c20")]
    [InlineData(ulong.MaxValue, false, "2c3eb9d4", "b0d58b1fd5f29411057c481d3ee1f222766c3ea98fd82ddf19f27247e388f7de")]
    public void A_header_has_these_bytes(ulong sequence, bool hasLog, string checksum, string sha256)
    {
        var header = new VhdxHeader(
            sequence, FileWrite, DataWrite, hasLog ? LogGuid : Guid.Empty, LogVersion: 0, Version: 1, MiB, MiB);
        byte[] bytes = Dirty(VhdxHeader.SizeBytes);
        header.Write(bytes);
        string log = hasLog ? "d4c3b2a1f6e5894790abcdef01234567" : "00000000000000000000000000000000";
        StartsWith(
            $"""
            68656164 {Reversed(checksum)} {Reversed($"{sequence:x16}")}
            67452301ab89de4c8f0123456789abcd 98badcfe547621438fedcba987654321
            {log} 0000 0100 00001000 0000100000000000
            """,
            bytes);
        Assert.Equal(sha256, Sha256Of(bytes));
        Assert.True(VhdxHeader.TryRead(bytes, out VhdxHeader read));
        Assert.Equal(header, read);
    }

    [Fact]
    public void A_region_table_has_these_bytes()
    {
        var table = new RegionTable(
        [
            new RegionTableEntry(RegionIds.Bat, 3 * MiB, MiB, RegionTableEntry.RequiredFlag),
            new RegionTableEntry(RegionIds.Metadata, 2 * MiB, MiB, RegionTableEntry.RequiredFlag),
        ]);
        byte[] bytes = Dirty(RegionTable.SizeBytes);
        table.Write(bytes);
        StartsWith(
            """
            72656769 ae8c6bc6 02000000 00000000
            6677c22d23f600429d64115e9bfd4a08 0000300000000000 00001000 01000000
            06a27c8b90479a4bb8fe575f050f886e 0000200000000000 00001000 01000000
            """,
            bytes);
        Assert.Equal("f8754d4fe63bbf24dcfa919aedfd3ff33acd4cae3b31b364837dbfc886665be2", Sha256Of(bytes));
        Assert.True(RegionTable.TryRead(bytes, out RegionTable read));
        Assert.Equal(table.Entries, read.Entries);
    }

    [Theory]
    [MemberData(nameof(LogEntryNames))]
    public void A_log_entry_has_these_bytes(string name)
    {
        LogRow row = LogEntries[name];
        byte[] bytes = row.Fill(row.Entry).Build();
        StartsWith(row.Start, bytes);
        Assert.Equal(row.Sha256, Sha256Of(bytes));
        Assert.True(LogEntryHeader.TryRead(bytes, out LogEntryHeader header));
        Assert.Equal(
            (bytes.Length, row.Entry.SequenceNumber, row.Entry.Tail, LogGuid, row.Entry.Flushed, row.Entry.Last),
            ((int)header.EntryLengthBytes, header.SequenceNumber, header.TailOffsetBytes, header.LogGuid,
                header.FlushedFileOffset, header.LastFileOffset));
        for (int i = 0; i < header.DescriptorCount; i++)
        {
            byte[] again = new byte[LogDescriptor.SizeBytes];
            ReadOnlySpan<byte> written = bytes.AsSpan(LogEntryHeader.SizeBytes + (i * again.Length), again.Length);
            Assert.True(LogDescriptor.TryRead(written, out LogDescriptor descriptor));
            descriptor.Write(again);
            Assert.Equal(written.ToArray(), again);
        }
    }

    [Fact]
    public void A_page_in_the_log_gives_up_twelve_bytes_and_gets_them_back()
    {
        byte[] page = Page();
        Assert.Equal("7486da8f1e13943fae21a0b043f1e99640d7d8ebafb25266478b5cddae1272b5", Sha256Of(page));
        LogDescriptor descriptor = LogDataSector.Stamp(page, 3 * MiB, 0x1122334455667788);
        StartsWith("64617461 44332211 3b424950", page);
        Assert.Equal("cbd2d9e088776655", Convert.ToHexStringLower(page[^8..]));
        Assert.True(LogDataSector.Belongs(page, 0x1122334455667788));
        LogDataSector.Restore(page, descriptor);
        Assert.Equal(Page(), page);
    }

    [Fact]
    public void A_parent_locator_has_these_bytes()
    {
        byte[] bytes = ParentLocator.Encode(DataWrite, @".\parent.vhdx", @"\\?\C:\vm\parent.vhdx");
        StartsWith(
            """
            b7ef4ab09ed1814ab78925b8e9445913 0000 0300 38000000 54000000 1c00 4c00
            a0000000 ba000000 1a00 1a00 d4000000 fa000000 2600 2a00
            """,
            bytes);
        Assert.Equal((292, "e5e92f594f34643da5a969ade9a271ffa1419236f206a001552318a99ed67070"),
            (bytes.Length, Sha256Of(bytes)));
        var locator = ParentLocator.Judge("x", default, bytes);
        Assert.Equal(
            (DataWrite, @".\parent.vhdx", @"\\?\C:\vm\parent.vhdx"),
            (locator.Linkage, locator.RelativePath, locator.AbsolutePath));
    }

    [Fact]
    public void A_metadata_region_has_these_bytes()
    {
        var file = new MemoryImageFile();
        Creator.Create(file, new CreateOptions { DiskSizeBytes = 10L << 30 }, new OneGuid());
        byte[] region = file.ToArray().AsSpan(2 * (int)MiB, (int)MiB).ToArray();
        StartsWith(
            """
            6d65746164617461 0000 0500 0000000000000000000000000000000000000000
            3767a1ca36fa434db3b633f0aa44e76b 00000100 08000000 04000000 00000000
            """,
            region);
        StartsWith(
            "00000002 00000000 0000008002000000 00020000 00100000 98badcfe547621438fedcba987654321",
            region[0x10000..]);
        Assert.Equal("7b8ad25956709ab70788e3f0678fefdcc71d768de04cbb1792a40667f42274f3", Sha256Of(region[..0x10000]));
        Assert.Equal("dbf7142743f54f35fce7fc52dacad2aad90e5b5fbd96abc091a1113dcc6508db", Sha256Of(region));
    }

    [Theory]
    [InlineData(0x0000_0000_0000_0002UL, PayloadBlockState.Zero, 0UL)]
    [InlineData(0x0000_0000_0040_0006UL, PayloadBlockState.FullyPresent, 4UL)]
    [InlineData(0x8000_0000_0000_0006UL, PayloadBlockState.FullyPresent, 1UL << 43)]
    public void A_BAT_entry_is_a_state_and_an_offset_of_44_bits(ulong raw, PayloadBlockState state, ulong offsetMiB)
    {
        var entry = new BatEntry(raw);
        Assert.Equal((state, offsetMiB, 0UL), (entry.State, entry.FileOffsetMiB, entry.ReservedBits));
        if (offsetMiB < 1UL << 43)
        {
            Assert.Equal(entry, BatEntry.Of(state, (long)(offsetMiB << 20))); // else past what a file can have
        }
    }

    private static byte[] Page() => [.. Enumerable.Range(0, 4096).Select(i => (byte)((7 * i) + 3))];

    private static LogEntryBytes Zeros(LogEntryBytes entry, int count)
    {
        for (int i = 0; i < count; i++)
        {
            entry.Zero((8 + i) * (long)MiB, 4096);
        }

        return entry;
    }

    private static uint CrcOf(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32C();
        crc.Append(bytes);
        return crc.CurrentValue;
    }

    // A codec that leaves a reserved byte as it found it is caught.
    private static byte[] Dirty(int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(0xEE);
        return bytes;
    }

    private static string Reversed(string bigEndianHex)
    {
        byte[] bytes = Convert.FromHexString(bigEndianHex);
        Array.Reverse(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static void StartsWith(string hex, byte[] bytes)
    {
        string expected = string.Concat(hex.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, Convert.ToHexStringLower(bytes.AsSpan(0, expected.Length / 2)));
    }

    private static string Sha256Of(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed record LogRow(
        LogEntryBytes Entry, Func<LogEntryBytes, LogEntryBytes> Fill, string Start, string Sha256);

    private sealed class OneGuid : IGuidSource
    {
        public Guid NewGuid() => DataWrite;
    }
}
