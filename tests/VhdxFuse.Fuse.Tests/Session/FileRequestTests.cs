using System.Linq;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

public sealed class FileRequestTests
{
    private const uint WriteOnly = 1;
    private const uint ReadWriteDataSync = 0x1002;

    private readonly DispatcherHarness _harness = new();
    private readonly RecordingFileSystem _recorder = new();

    [Theory]
    [InlineData(DispatcherHarness.DiskBytes - 10, 100, 10)]
    [InlineData(DispatcherHarness.DiskBytes, 100, 0)]
    [InlineData(long.MaxValue, 100, 0)]
    [InlineData(0, 0, 0)]
    public void A_read_at_the_end_is_short(long offset, int size, int expected)
    {
        ulong handle = _harness.Open("disk.raw");
        Assert.Equal(expected, _harness.PayloadOf(KernelRequest.Read(handle, (ulong)offset, (uint)size)).Length);
    }

    [Fact]
    public void A_read_gives_the_file_s_bytes()
    {
        ulong handle = _harness.Open("disk.raw");
        byte[] data = _harness.PayloadOf(KernelRequest.Read(handle, 65530, 20));
        byte[] expected = [.. Enumerable.Range(65530, 6).Select(at => SparseMemory.PatternAt(at)), .. new byte[14]];
        Assert.Equal(expected, data);
    }

    [Fact]
    public void Opening_for_writing_is_erofs_on_a_read_only_mount()
    {
        var harness = new DispatcherHarness(new MountOptions { ReadOnly = true });
        ulong node = harness.NodeOf("disk.raw");
        Assert.Equal((int)FuseErrno.Erofs, harness.ErrorOf(
            KernelRequest.Of(Opcode.Open, node, new FileMessages.OpenIn { Flags = WriteOnly })));
    }

    [Theory]
    [InlineData((int)Opcode.Write)]
    [InlineData((int)Opcode.Fallocate)]
    public void Changing_content_is_erofs_on_a_read_only_mount(int opcode)
    {
        var harness = new DispatcherHarness(new MountOptions { ReadOnly = true }, _recorder);
        Assert.Equal((int)FuseErrno.Erofs, harness.ErrorOf(KernelRequest.Of((Opcode)opcode, 1, new byte[4096])));
        Assert.Empty(_recorder.Data);
    }

    [Fact]
    public void The_file_system_chooses_how_the_kernel_caches()
    {
        var harness = new DispatcherHarness(fileSystem: _recorder);
        FileMessages.OpenOut open = harness.Get<FileMessages.OpenOut>(
            KernelRequest.Of(Opcode.Open, 1, new FileMessages.OpenIn { Flags = 0x8000 }));
        Assert.Equal(65U, open.OpenFlags);
        Assert.Equal(0x8000, _recorder.File.Flags);
    }

    [Fact]
    public void A_write_carries_its_own_flags_so_that_O_DSYNC_is_seen()
    {
        // No FSYNC follows an O_DSYNC write of libaio or of a DIRECT_IO file: this flag is all there is.
        var harness = new DispatcherHarness(fileSystem: _recorder);
        _recorder.Result = 3;
        _ = harness.PayloadOf(KernelRequest.Write(77, 5, "abc"u8, flags: ReadWriteDataSync));
        Assert.True(_recorder.File.IsDataSync);
        Assert.Equal((77UL, 5L), (_recorder.File.Handle, _recorder.Offset));
        Assert.Equal("abc"u8.ToArray(), _recorder.Data);
        _ = harness.PayloadOf(KernelRequest.Write(77, 5, "abc"u8, flags: WriteOnly));
        Assert.False(_recorder.File.IsDataSync);
    }

    [Theory]
    [InlineData(Opcode.FSync)]
    [InlineData(Opcode.FSyncDir)]
    internal void A_sync_says_whether_data_is_enough(Opcode opcode)
    {
        var harness = new DispatcherHarness(fileSystem: _recorder);
        Assert.Equal(0, harness.ErrorOf(KernelRequest.Of(opcode, 1, new FileMessages.FsyncIn { FsyncFlags = 1 })));
        Assert.True(_recorder.DataOnly);
        Assert.Equal(0, harness.ErrorOf(KernelRequest.Of(opcode, 1, new FileMessages.FsyncIn { Fh = 5 })));
        Assert.False(_recorder.DataOnly);
        Assert.Equal(5UL, _recorder.File.Handle);
        _recorder.Result = FuseErrno.Edquot.ToResult();
        Assert.Equal((int)FuseErrno.Edquot, harness.ErrorOf(KernelRequest.Of(opcode, 1, new FileMessages.FsyncIn())));
    }

    [Fact]
    public void Fallocate_hands_over_mode_and_range()
    {
        var harness = new DispatcherHarness(fileSystem: _recorder);
        Assert.Equal(0, harness.ErrorOf(KernelRequest.Of(
            Opcode.Fallocate, 1, new FileMessages.FallocateIn { Fh = 1, Offset = 4096, Length = 512, Mode = 3 })));
        Assert.Equal(FuseFallocateMode.PunchHole | FuseFallocateMode.KeepSize, _recorder.Mode);
        Assert.Equal(4096, _recorder.Offset);
    }

    [Theory]
    [InlineData(0, 3, 0L)] // data begins at once
    [InlineData(0, 4, 65536L)] // the hole
    [InlineData(65536, 3, 131072L)]
    [InlineData(70000, 4, 70000L)]
    public void Lseek_finds_data_and_holes(long offset, uint whence, long expected)
    {
        ulong handle = _harness.Open("disk.raw");
        FileMessages.LseekOut found = _harness.Get<FileMessages.LseekOut>(KernelRequest.Of(
            Opcode.LSeek, 1, new FileMessages.LseekIn { Fh = handle, Offset = (ulong)offset, Whence = whence }));
        Assert.Equal((ulong)expected, found.Offset);
    }

    [Fact]
    public void Lseek_past_the_last_data_is_enxio()
    {
        ulong handle = _harness.Open("disk.raw");
        Assert.Equal((int)FuseErrno.Enxio, _harness.ErrorOf(KernelRequest.Of(
            Opcode.LSeek, 1, new FileMessages.LseekIn { Fh = handle, Offset = 15 * 65536, Whence = 3 })));
    }

    [Fact]
    public void Release_and_flush_reach_the_file_system()
    {
        Assert.Equal(0, _harness.ErrorOf(KernelRequest.Of(Opcode.Flush, 1, new FileMessages.FlushIn())));
        Assert.Equal(0, _harness.ErrorOf(KernelRequest.Of(Opcode.Release, 1, new FileMessages.ReleaseIn())));
        Assert.Equal(0, _harness.ErrorOf(KernelRequest.Of(Opcode.ReleaseDir, 1, new FileMessages.ReleaseIn())));
        Assert.Equal((1, 1), (_harness.Memory.FlushCount, _harness.Memory.ReleaseCount));
    }

    [Fact]
    public void Destroy_is_answered() => Assert.Equal(0, _harness.ErrorOf(KernelRequest.Of(Opcode.Destroy)));

    [Theory]
    [InlineData(22)] // GETXATTR
    [InlineData(34)] // ACCESS
    [InlineData(39)] // IOCTL
    [InlineData(40)] // POLL
    [InlineData(47)] // COPY_FILE_RANGE
    [InlineData(52)] // STATX
    [InlineData(53)] // COPY_FILE_RANGE_64
    [InlineData(4096)] // CUSE_INIT
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    public void Unknown_opcode_gets_enosys(int opcode) =>
        Assert.Equal((int)FuseErrno.Enosys, _harness.ErrorOf(KernelRequest.Of((Opcode)opcode, 1, new byte[32])));

    [Theory]
    [InlineData(FuseErrno.Eagain)]
    [InlineData(FuseErrno.Enospc)]
    [InlineData(FuseErrno.Edquot)]
    public void An_error_of_the_file_system_is_passed_on_as_it_is(FuseErrno errno)
    {
        // Above all never as ENOSYS, which the kernel would remember for the whole mount.
        var harness = new DispatcherHarness(fileSystem: new RecordingFileSystem { Result = errno.ToResult() });
        Assert.Equal((int)errno, harness.ErrorOf(KernelRequest.Read(0, 0, 10)));
        Assert.Equal((int)errno, harness.ErrorOf(KernelRequest.Write(0, 0, new byte[10])));
        Assert.Equal((int)errno, harness.ErrorOf(KernelRequest.Lookup("a")));
        Assert.Equal((int)errno, harness.ErrorOf(KernelRequest.Of(Opcode.Open, 1, new FileMessages.OpenIn())));
        Assert.Equal((int)errno, harness.ErrorOf(
            KernelRequest.Of(Opcode.LSeek, 1, new FileMessages.LseekIn { Whence = 3 })));
        Assert.Equal((int)errno, harness.ErrorOf(KernelRequest.Of(Opcode.Flush, 1, new FileMessages.FlushIn())));
    }

    [Fact]
    public void Read_and_write_need_no_node()
    {
        ulong handle = _harness.Open("short.txt");
        byte[] request = KernelRequest.Read(handle, 0, 5, node: 987654);
        Assert.Equal("hello"u8.ToArray(), _harness.PayloadOf(request));
    }

    [Fact]
    public void Bytes_of_earlier_replies_never_leak_into_a_shorter_one()
    {
        ulong handle = _harness.Open("disk.raw");
        _ = _harness.PayloadOf(KernelRequest.Read(handle, 0, 65536));
        byte[] reply = _harness.Ask(KernelRequest.Of(Opcode.StatFs));
        Assert.All(reply[^24..], spare => Assert.Equal(0, spare));
        Assert.Equal(reply.Length, (int)MemoryMarshal.Read<uint>(reply));
    }
}
