using System;
using System.Linq;
using System.Runtime.InteropServices;
using CsCheck;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Fuse.Session;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

/// <summary>Whatever comes in, an answer of the right shape goes out and nothing is thrown.</summary>
public sealed class HostileRequestTests
{
    private readonly DispatcherHarness _harness = new();

    [Fact]
    public void A_length_that_is_not_the_bytes_received_is_eio()
    {
        byte[] request = KernelRequest.Lookup("disk.raw");
        Assert.Equal((int)FuseErrno.Eio, _harness.ErrorOf(request[..^1]));
        Assert.Equal((int)FuseErrno.Eio, _harness.ErrorOf([.. request, 0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(39)]
    public void Less_than_a_header_has_nobody_to_answer(int length) =>
        Assert.Empty(_harness.Ask(KernelRequest.Of(Opcode.GetAttr)[..length]));

    [Fact]
    public void A_name_without_NUL_is_einval() => Assert.Equal(
        (int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Of(Opcode.Lookup, 1, "disk.raw"u8)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("sub/inner")]
    public void A_name_that_is_none_is_einval(string name) =>
        Assert.Equal((int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Lookup(name)));

    [Fact]
    public void A_path_beyond_PATH_MAX_is_enametoolong() => Assert.Equal(
        (int)FuseErrno.Enametoolong, _harness.ErrorOf(KernelRequest.Lookup(new string('x', 4096))));

    [Theory]
    [InlineData(Opcode.Lookup)]
    [InlineData(Opcode.GetAttr)]
    [InlineData(Opcode.SetAttr)]
    [InlineData(Opcode.Open)]
    [InlineData(Opcode.OpenDir)]
    [InlineData(Opcode.ReadDir)]
    [InlineData(Opcode.ReadDirPlus)]
    [InlineData(Opcode.StatFs)]
    internal void A_node_nobody_was_told_of_is_estale(Opcode opcode)
    {
        byte[] body = opcode == Opcode.Lookup ? "a\0"u8.ToArray() : new byte[128];
        Assert.Equal((int)FuseErrno.Estale, _harness.ErrorOf(KernelRequest.Of(opcode, 999, body)));
    }

    [Theory]
    [InlineData(512, 511)]
    [InlineData(511, 512)]
    [InlineData(uint.MaxValue, 512)]
    [InlineData(0, 1)]
    public void A_write_whose_size_is_not_its_data_s_is_einval(uint size, int dataBytes)
    {
        var recorder = new RecordingFileSystem();
        var harness = new DispatcherHarness(fileSystem: recorder);
        byte[] request = KernelRequest.Write(0, 0, new byte[dataBytes], size: size);
        Assert.Equal((int)FuseErrno.Einval, harness.ErrorOf(request));
        Assert.Empty(recorder.Data);
    }

    [Fact]
    public void A_read_larger_than_the_buffer_is_einval()
    {
        ulong handle = _harness.Open("disk.raw");
        Assert.Equal((int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Read(handle, 0, uint.MaxValue)));
        Assert.Equal((int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Read(0, 0, uint.MaxValue, Opcode.ReadDir)));
    }

    [Fact]
    public void Offsets_beyond_what_a_file_can_have_are_refused()
    {
        const ulong negative = 1UL << 63;
        Assert.Equal((int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Read(0, negative, 1)));
        Assert.Equal((int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Write(0, negative, new byte[1])));
        Assert.Equal((int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Read(0, negative, 4096, Opcode.ReadDir)));
        Assert.Equal((int)FuseErrno.Enxio, _harness.ErrorOf(KernelRequest.Of(
            Opcode.LSeek, 1, new FileMessages.LseekIn { Offset = negative, Whence = 3 })));
        Assert.Equal((int)FuseErrno.Efbig, _harness.ErrorOf(KernelRequest.Of(
            Opcode.Fallocate, 1, new FileMessages.FallocateIn { Offset = long.MaxValue, Length = 1 })));
        Assert.Equal((int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Of(
            Opcode.Fallocate, 1, new FileMessages.FallocateIn { Offset = 0, Length = 0 })));
        Assert.Equal((int)FuseErrno.Efbig, _harness.ErrorOf(KernelRequest.Of(
            Opcode.SetAttr, 1, new AttrMessages.SetAttrIn { Valid = 8, Size = negative })));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Lseek_for_anything_but_data_and_holes_is_einval(uint whence) =>
        Assert.Equal((int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Of(
            Opcode.LSeek, 1, new FileMessages.LseekIn { Whence = whence })));

    [Fact]
    public void Every_opcode_with_every_short_body_is_answered_once()
    {
        foreach (Opcode opcode in Enum.GetValues<Opcode>().Where(opcode => !Dispatcher.IsOneWay(opcode)))
        {
            for (int length = 0; length < 100; length++)
            {
                byte[] reply = _harness.Ask(KernelRequest.Of(opcode, 1, new byte[length]));
                Assert.True(IsWellFormed(reply), $"{opcode} with {length} bytes");
            }
        }
    }

    [Fact]
    public void Random_bytes_are_answered_in_the_right_shape_or_not_at_all() =>
        Gen.Select(
                Gen.Int[0, 60], Gen.ULong[0, 8], Gen.Byte.Array[0, 200], (opcode, node, body) => (opcode, node, body))
            .Sample(
                request => IsWellFormed(
                    _harness.Ask(KernelRequest.Of((Opcode)request.opcode, request.node, request.body))),
                iter: 20_000,
                threads: 1);

    [Theory]
    [InlineData(-512)]
    [InlineData(int.MinValue)]
    public void An_error_the_kernel_would_refuse_is_sent_as_eio(int result)
    {
        var harness = new DispatcherHarness(fileSystem: new RecordingFileSystem { Result = result });
        Assert.Equal((int)FuseErrno.Eio, harness.ErrorOf(KernelRequest.Of(Opcode.GetAttr)));
        Assert.Equal((int)FuseErrno.Eio, harness.ErrorOf(KernelRequest.Read(0, 0, 10)));
    }

    [Fact]
    public void A_file_system_that_claims_more_than_the_buffer_gets_a_fault_and_nothing_leaks()
    {
        var harness = new DispatcherHarness(fileSystem: new RecordingFileSystem { Result = 11 });
        Assert.Equal((int)FuseErrno.Eio, harness.ErrorOf(KernelRequest.Read(0, 0, 10)));
        Assert.Equal((int)FuseErrno.Eio, harness.ErrorOf(KernelRequest.Write(0, 0, new byte[10])));
        Assert.Equal(["READ", "WRITE"], harness.Faults.Select(fault => fault.Operation), StringComparer.Ordinal);
    }

    [Fact]
    public void A_count_where_none_belongs_is_no_payload()
    {
        var harness = new DispatcherHarness(fileSystem: new RecordingFileSystem { Result = 7 });
        Assert.Equal(16, harness.Ask(KernelRequest.Of(Opcode.FSync, 1, new FileMessages.FsyncIn())).Length);
        Assert.Equal(16, harness.Ask(KernelRequest.Of(Opcode.Flush, 1, new FileMessages.FlushIn())).Length);
        Assert.Equal(16, harness.Ask(KernelRequest.Of(
            Opcode.Fallocate, 1, new FileMessages.FallocateIn { Length = 1 })).Length);
    }

    private static bool IsWellFormed(byte[] reply)
    {
        if (reply.Length == 0)
        {
            return true;
        }

        Headers.Out header = MemoryMarshal.Read<Headers.Out>(reply);
        return header.Len == reply.Length
            && header.Error is > -512 and <= 0
            && (header.Error == 0 || reply.Length == 16)
            && header.Unique == KernelRequest.DefaultUnique;
    }
}
