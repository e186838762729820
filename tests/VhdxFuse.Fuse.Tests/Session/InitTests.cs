using System;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Fuse.Session;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

public sealed class InitTests
{
    private const uint ExpectedLow = 0x4064E021 & 0x73FFFFFB; // bits 0 5 13 14 15 18 21 22 30
    private const int PageBytes = 4096;

    [Fact]
    public void Init_of_a_new_kernel_gets_minor_38_and_what_both_know()
    {
        (byte[] reply, InitOutcome? agreed) = Answer(KernelRequest.Init());
        Assert.Equal(
            "07000000" + "26000000" // 7.38
            + "00000200" + "21E06440" // its own readahead; flags
            + "4000" + "3000" // 64 in the background, congested at 48
            + "00001000" + "01000000" // writes of 1 MiB, time in nanoseconds
            + "0001" + "0000" + "10000000" // 256 pages, alignment, flags2: DIRECT_IO_ALLOW_MMAP
            + new string('0', 56),
            Convert.ToHexString(reply));
        Assert.Equal(256, agreed!.Value.MaxPages);
    }

    [Fact]
    public void Features_the_kernel_lacks_are_not_claimed()
    {
        (byte[] reply, _) = Answer(KernelRequest.Init(flags: (ulong)InitFlags.AsyncRead));
        Assert.Equal(1U, FlagsOf(reply));
    }

    [Fact]
    public void Features_we_must_not_have_are_not_asked_for()
    {
        (byte[] reply, _) = Answer(KernelRequest.Init(flags: ulong.MaxValue));
        uint forbidden = 1U << 3 | 1U << 16 | 1U << 17 | 1U << 24 | 1U << 19 | 1U << 28; // see InitFlags
        Assert.Equal(0U, FlagsOf(reply) & forbidden);
        Assert.Equal(ExpectedLow, FlagsOf(reply));
        Assert.Equal(16U, MemoryMarshal.Read<uint>(reply.AsSpan(32)));
    }

    [Fact]
    public void Before_minor_31_there_is_no_second_flag_word()
    {
        (byte[] reply, _) = Answer(KernelRequest.Init(minor: 30, flags: ulong.MaxValue, bodyBytes: 16));
        Assert.Equal(64, reply.Length);
        Assert.Equal(30U, MemoryMarshal.Read<uint>(reply.AsSpan(4)));
        Assert.Equal(0U, FlagsOf(reply) & 1U << 30);
        Assert.Equal(0U, MemoryMarshal.Read<uint>(reply.AsSpan(32)));
    }

    [Theory]
    [InlineData(22U, 24)]
    [InlineData(12U, 24)]
    [InlineData(23U, 64)]
    public void Before_minor_23_the_reply_is_24_bytes(uint minor, int expected)
    {
        (byte[] reply, InitOutcome? agreed) = Answer(KernelRequest.Init(minor: minor, flags: 0, bodyBytes: 16));
        Assert.Equal(expected, reply.Length);
        Assert.Equal(minor, agreed!.Value.Minor);
    }

    [Fact]
    public void Without_the_pages_flag_requests_are_32_pages()
    {
        (byte[] reply, InitOutcome? agreed) = Answer(KernelRequest.Init(minor: 27, flags: 1, bodyBytes: 16));
        Assert.Equal(32, agreed!.Value.MaxPages);
        Assert.Equal(32U * PageBytes, MemoryMarshal.Read<uint>(reply.AsSpan(20)));
        Assert.Equal(0, MemoryMarshal.Read<ushort>(reply.AsSpan(28)));
    }

    [Fact]
    public void A_newer_major_is_told_ours_and_asks_again()
    {
        (byte[] reply, InitOutcome? agreed) = Answer(KernelRequest.Init(major: 8, minor: 0));
        Assert.Null(agreed);
        Assert.Equal(7U, MemoryMarshal.Read<uint>(reply));
    }

    [Theory]
    [InlineData(6U, 99U)]
    [InlineData(7U, 11U)]
    public void A_kernel_too_old_is_refused(uint major, uint minor)
    {
        byte[] body = KernelRequest.Init(major, minor)[40..];
        Assert.Equal(
            FuseErrno.Eproto.ToResult(), InitNegotiation.Answer(body, 256, new byte[64], out InitOutcome? agreed));
        Assert.Null(agreed);
    }

    [Fact]
    public void A_short_init_is_refused() => Assert.Equal(
        FuseErrno.Einval.ToResult(), InitNegotiation.Answer(new byte[15], 256, new byte[64], out _));

    private static uint FlagsOf(byte[] reply) => MemoryMarshal.Read<uint>(reply.AsSpan(12));

    private static (byte[] Reply, InitOutcome? Agreed) Answer(byte[] request)
    {
        byte[] payload = new byte[64];
        int length = InitNegotiation.Answer(request.AsSpan(40), pagesLimit: 256, payload, out InitOutcome? agreed);
        Assert.InRange(length, 0, payload.Length);
        return (payload[..length], agreed);
    }
}
