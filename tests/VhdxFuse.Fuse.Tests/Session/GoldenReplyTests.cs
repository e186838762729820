using System;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

/// <summary>Whole replies, byte by byte, written down from the kernel's header rather than from our
/// structures.</summary>
public sealed class GoldenReplyTests
{
    private readonly DispatcherHarness _harness = new();

    [Fact]
    public void An_error_is_sixteen_bytes_with_a_negative_number()
    {
        byte[] reply = _harness.Ask(KernelRequest.Of((Opcode)4000));
        Assert.Equal("10000000" + "DAFFFFFF" + "8877665544332211", Convert.ToHexString(reply));
    }

    [Fact]
    public void A_lookup_hit_gives_node_timeouts_and_attributes()
    {
        byte[] reply = _harness.Ask(KernelRequest.Lookup("short.txt"));
        Assert.Equal(
            "90000000" + "00000000" + "8877665544332211" // 16 + 128 bytes, no error, unique
            + "0200000000000000" + "0000000000000000" // nodeid 2, generation 0
            + "100E000000000000" + "100E000000000000" + "00000000" + "00000000" // 3600 s each
            + "0200000000000000" + "0500000000000000" + "8000000000000000" // ino, size 5, 128 blocks of 512
            + "00105E5F00000000" + "00105E5F00000000" + "00105E5F00000000" // times
            + "15CD5B07" + "15CD5B07" + "15CD5B07" // 123456789 ns
            + "00810000" + "01000000" + "00000000" + "00000000" // 0100400, one link, root, root
            + "00000000" + "00100000" + "00000000", // no device, 4096, flags
            Convert.ToHexString(reply));
    }

    [Fact]
    public void A_lookup_miss_is_remembered_for_a_second()
    {
        byte[] reply = _harness.Ask(KernelRequest.Lookup("nothing"));
        Assert.Equal(
            "90000000" + "00000000" + "8877665544332211"
            + "0000000000000000" + "0000000000000000" // node 0: no such name
            + "0100000000000000" + "0000000000000000" + "00000000" + "00000000"
            + new string('0', 88 * 2),
            Convert.ToHexString(reply));
    }

    [Fact]
    public void A_lookup_miss_is_enoent_when_nothing_is_to_be_remembered()
    {
        var harness = new DispatcherHarness(new MountOptions { NegativeTimeout = TimeSpan.Zero });
        byte[] reply = harness.Ask(KernelRequest.Lookup("nothing"));
        Assert.Equal("10000000" + "FEFFFFFF" + "8877665544332211", Convert.ToHexString(reply));
    }

    [Fact]
    public void A_read_is_the_header_and_the_data()
    {
        ulong handle = _harness.Open("short.txt");
        byte[] reply = _harness.Ask(KernelRequest.Read(handle, offset: 1, size: 3));
        Assert.Equal("13000000" + "00000000" + "8877665544332211" + "656C6C", Convert.ToHexString(reply));
    }

    [Fact]
    public void An_open_gives_handle_and_keep_cache()
    {
        ulong node = _harness.NodeOf("disk.raw");
        byte[] reply = _harness.Ask(KernelRequest.Of(Opcode.Open, node, new FileMessages.OpenIn { Flags = 0 }));
        Assert.Equal(
            "20000000" + "00000000" + "8877665544332211" + "0000000000000000" + "02000000" + "00000000",
            Convert.ToHexString(reply));
    }

    [Fact]
    public void A_write_gives_the_count_taken()
    {
        ulong handle = _harness.Open("disk.raw", flags: 1);
        byte[] reply = _harness.Ask(KernelRequest.Write(handle, 0, new byte[512]));
        Assert.Equal(
            "18000000" + "00000000" + "8877665544332211" + "00020000" + "00000000", Convert.ToHexString(reply));
    }

    [Fact]
    public void A_listing_is_dirents_padded_to_eight_bytes()
    {
        byte[] reply = _harness.Ask(KernelRequest.Read(0, offset: 4, size: 4096, Opcode.ReadDir));
        Assert.Equal(
            "58000000" + "00000000" + "8877665544332211"
            + "FFFFFFFF00000000" + "0500000000000000" + "09000000" + "08000000" // ino unknown, off 5, 9 bytes, DT_REG
            + "73686F72742E747874" + "00000000000000" // short.txt
            + "FFFFFFFF00000000" + "0600000000000000" + "03000000" + "04000000"
            + "737562" + "0000000000",
            Convert.ToHexString(reply));
    }

    [Fact]
    public void Statfs_is_eighty_bytes()
    {
        byte[] reply = _harness.Ask(KernelRequest.Of(Opcode.StatFs));
        Assert.Equal(
            "60000000" + "00000000" + "8877665544332211"
            + "0008000000000000" + "0002000000000000" + "0001000000000000" // blocks, free, available
            + "0C00000000000000" + "0300000000000000" // files, free
            + "00100000" + "FF000000" + "00100000" + "00000000" // bsize, namelen, frsize
            + new string('0', 48),
            Convert.ToHexString(reply));
    }
}
