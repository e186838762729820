using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using VhdxFuse.Disk;
using VhdxFuse.Fuse;
using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>The writable file system called as the transport calls it, without a mount.</summary>
public sealed class WritableTreeTests
{
    private const int DiskBytes = 10_000;
    private const int WriteOnly = 1;
    private const int DataSync = 0x1000;
    private static readonly NodeLooks Looks = new(7, 8, UnixFileMode.UserRead | UnixFileMode.UserWrite, new(1, 2));

    private readonly ContentModel _disk = new(DiskBytes);
    private readonly DiskFileSystem _files;

    public WritableTreeTests() => _files = new DiskFileSystem(new MountedTree(new MountedFolder(
        [],
        Looks,
        [
            new WritableFile("disk.raw"u8.ToArray(), Looks, _disk, new NodeTimes(Looks.Time, TimeProvider.System)),
            new MountedFile("layer"u8.ToArray(), Looks, _disk) { OpenOptions = FuseOpenOptions.DirectIO },
        ])));

    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(DiskBytes - 3, 5, 3)]
    [InlineData(DiskBytes, 5, -28)]
    [InlineData(long.MaxValue, 5, -28)]
    public void A_write_takes_what_fits_and_beyond_the_end_there_is_no_space(long offset, int count, int expected)
    {
        FuseFileInfo file = Opened("/disk.raw", WriteOnly);
        Assert.Equal(expected, _files.Write(file, offset, new byte[count]));
        Assert.Equal(expected > 0 ? [$"write {offset} {expected}"] : [], _disk.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(DataSync)]
    [InlineData(DataSync | 0x100000)] // O_SYNC
    public void A_synchronous_write_is_flushed_before_it_is_answered(int flags)
    {
        FuseFileInfo file = Opened("/disk.raw", WriteOnly);
        Assert.Equal(1, _files.Write(new FuseFileInfo(WriteOnly | flags) { Handle = file.Handle }, 0, [1]));
        Assert.Equal(flags == 0 ? ["write 0 1"] : ["write 0 1", "flush"], _disk.Calls);
    }

    [Theory]
    [InlineData(6, 12, FuseOpenOptions.KeepCache)]
    [InlineData(6, 13, FuseOpenOptions.DirectIO | FuseOpenOptions.ParallelDirectWrites | FuseOpenOptions.KeepCache)]
    public void Direct_writes_run_together_where_the_kernel_keeps_its_cache_true(
        int major, int minor, FuseOpenOptions expected) =>
        Assert.Equal(expected, DirectWrites.OptionsOn(new Version(major, minor)));

    [Fact]
    public void Only_who_opens_past_the_cache_gets_direct_writes()
    {
        const int direct = 0x4000; // O_DIRECT
        FuseOpenOptions here = DirectWrites.OptionsOn(Environment.OSVersion.Version);
        int flag = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? direct : direct << 2;
        Assert.Equal(here, Opened("/disk.raw", WriteOnly | flag).Options);
        Assert.Equal(FuseOpenOptions.KeepCache, Opened("/disk.raw", WriteOnly).Options);
        Assert.Equal(FuseOpenOptions.DirectIO, Opened("/layer", flag).Options);
    }

    [Theory]
    [InlineData(0x03, 5, 10, 0, "zeros 5 10")]
    [InlineData(0x10, 5, 10, 0, "zeros 5 10")]
    [InlineData(0x11, 0, DiskBytes, 0, "zeros 0 10000")]
    [InlineData(0x00, 0, DiskBytes, 0, null)]
    [InlineData(0x01, 0, 1, 0, null)]
    [InlineData(0x00, 0, DiskBytes + 1, -28, null)]
    [InlineData(0x03, 1, DiskBytes, -28, null)]
    [InlineData(0x10, long.MaxValue - 1, 1, -28, null)]
    [InlineData(0x08, 0, 1, -95, null)] // COLLAPSE_RANGE
    [InlineData(0x20, 0, 1, -95, null)] // INSERT_RANGE
    [InlineData(0x02, 0, 1, -95, null)] // PUNCH_HOLE alone
    [InlineData(0x40, 0, 1, -95, null)] // UNSHARE_RANGE
    public void Fallocate_trims_zeroes_and_refuses(int mode, long offset, long length, int expected, string? call)
    {
        FuseFileInfo file = Opened("/disk.raw", WriteOnly);
        Assert.Equal(expected, _files.Fallocate(file, (FuseFallocateMode)mode, offset, length));
        Assert.Equal(call is null ? [] : [call], _disk.Calls);
    }

    [Fact]
    public void Syncing_the_disk_or_a_folder_flushes_and_closing_does_not()
    {
        FuseFileInfo file = Opened("/disk.raw", WriteOnly);
        Assert.Equal(0, _files.FSync(file, dataOnly: true));
        Assert.Equal(0, _files.FSyncDir(default, dataOnly: false));
        Assert.Equal(["flush", "flush"], _disk.Calls);
        Assert.Equal(0, _files.FSync(Opened("/layer", 0), dataOnly: false));
        _ = _files.Flush(file);
        _files.Release(file);
        Assert.Equal(2, _disk.Calls.Count);
    }

    [Fact]
    public void Only_the_disk_may_be_opened_for_writing_and_only_it_is_cached()
    {
        var file = new FuseFileInfo(WriteOnly);
        Assert.Equal(-1, _files.Open("/layer"u8, ref file));
        Assert.Equal(FuseOpenOptions.DirectIO, Opened("/layer", 0).Options);
        Assert.Equal(FuseOpenOptions.KeepCache, Opened("/disk.raw", 2).Options);
        Assert.Equal(-9, _files.Write(Opened("/layer", 0), 0, [1]));
        Assert.Equal(-9, _files.Fallocate(Opened("/layer", 0), FuseFallocateMode.ZeroRange, 0, 1));
    }

    [Fact]
    public void The_size_stays_and_times_are_taken()
    {
        Assert.Equal(-1, Set(new() { SizeBytes = 0 }));
        Assert.Equal(-1, Set(new() { SizeBytes = DiskBytes + 1 }));
        Assert.Equal(-1, Set(new() { Permissions = UnixFileMode.OtherWrite }));
        Assert.Equal(-1, Set(new() { UserId = 0 }));
        Assert.Equal(-1, Set(new() { GroupId = 0 }));
        Assert.Equal(0, Set(new() { SizeBytes = DiskBytes, UserId = 7, GroupId = 8 }));
        Assert.Equal(new FuseTimestamp(1, 2), Attributes().ModificationTime);

        Assert.Equal(0, Set(new() { AccessTime = new(3, 4), ModificationTime = new(-5, 999_999_999) }));
        Assert.Equal(
            (new FuseTimestamp(3, 4), new FuseTimestamp(-5, 999_999_999)),
            (Attributes().AccessTime, Attributes().ModificationTime));
        Assert.Equal(-1, _files.SetAttr("/layer"u8, new() { ModificationTime = new(1, 1) }));
        Assert.Equal(-2, _files.SetAttr("/nosuch"u8, new() { ModificationTime = new(1, 1) }));
    }

    [Fact]
    public void Writing_moves_the_time_of_change_to_now()
    {
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(1, _files.Write(Opened("/disk.raw", WriteOnly), 0, [1]));
        Assert.InRange(Attributes().ModificationTime.Seconds, before, before + 60);
        Assert.Equal(Attributes().ModificationTime, Attributes().ChangeTime);
        Assert.Equal(new FuseTimestamp(1, 2), Attributes().AccessTime);
    }

    [Fact]
    public void Writes_allocate_nothing()
    {
        var content = new Silent();
        var file = new WritableFile([], Looks, content, new NodeTimes(Looks.Time, TimeProvider.System));
        byte[] data = new byte[4096];
        Assert.Equal(data.Length, file.Write(0, data, isDurable: true));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            _ = file.Write(i, data, isDurable: true);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(0b110_110_110, false, 0, 0b010_010_010)]
    [InlineData(0b110_110_000, false, 0, 0b010_000_000)] // the image's group isn't the one shown
    [InlineData(0b110_110_000, true, 0, 0b010_010_000)]
    [InlineData(0b100_100_100, true, 0, 0b010_000_000)] // whoever mounted could open it
    [InlineData(0b110_100_110, true, 0, 0b010_000_010)]
    public void Nobody_may_write_through_the_mount_who_may_not_write_to_the_image(
        int image, bool groupIsChosen, int umask, int shown)
    {
        var rights = new AccessRights
        {
            UserId = 0,
            GroupId = 0,
            GroupIsChosen = groupIsChosen,
            Umask = (UnixFileMode)umask,
        };
        Assert.Equal((UnixFileMode)shown, rights.WritePermissionsFor((UnixFileMode)image));
    }

    [Theory]
    [InlineData("mem", null, 1L << 30)]
    [InlineData("mem:1", null, 1)]
    [InlineData("mem:64M", null, 64L << 20)]
    [InlineData("mem:2g", null, 2L << 30)]
    [InlineData("./mem", "./mem", 0)]
    [InlineData("over.vhdx", "over.vhdx", 0)]
    public void An_overlay_is_a_file_or_memory(string text, string? file, long capacity) =>
        Assert.Equal(new OverlayPlace(file, capacity), OverlayPlace.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("mem:")]
    [InlineData("mem:0")]
    [InlineData("mem:-1")]
    [InlineData("mem:G")]
    [InlineData("mem:9999999999G")]
    [InlineData("mem:1X")]
    public void A_size_that_is_none_is_no_overlay(string text) => Assert.Null(OverlayPlace.Parse(text));

    private FuseAttributes Attributes()
    {
        Assert.Equal(0, _files.GetAttr("/disk.raw"u8, out FuseAttributes attributes));
        return attributes;
    }

    private int Set(FuseSetAttributes changes) => _files.SetAttr("/disk.raw"u8, changes);

    private FuseFileInfo Opened(string path, int flags)
    {
        var file = new FuseFileInfo(flags);
        Assert.Equal(0, _files.Open(Encoding.UTF8.GetBytes(path), ref file));
        return file;
    }

    private sealed class Silent : IWritableContent
    {
        public long LengthBytes => 1 << 20;

        public long AllocatedBytes => 0;

        public void Read(long offset, Span<byte> target) => target.Clear();

        public bool TryReadCached(long offset, Span<byte> target) => false;

        public long? Next(FuseSeekKind kind, long offset) => null;

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
        }

        public void WriteZeros(long offset, long lengthBytes)
        {
        }

        public void Flush()
        {
        }
    }
}
