using System.Threading.Tasks;
using VhdxFuse.Fuse.Tests.Serving;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>That writing fits in: a file of fixed size, as a disk is.</summary>
public sealed class WritableMountTests(WritableMount fixture) : IClassFixture<WritableMount>
{
    private const string NotPermitted = "Operation not permitted";

    private ServedMount Mount => fixture.Mount;

    private string Disk => Mount.PathOf("disk.raw");

    [FuseFact]
    public async Task What_was_written_is_read_back_past_the_cache()
    {
        _ = await Tool.Succeed(
            "sh", "-c", "printf written | dd of=\"$1\" bs=7 seek=9 conv=notrunc status=none", "sh", Disk);
        Assert.Equal("written", await Tool.Succeed(
            "sh", "-c", "dd if=\"$1\" bs=4096 count=1 iflag=direct status=none | tail -c +64 | head -c 7", "sh", Disk));
    }

    [FuseFact]
    public async Task Truncating_is_not_permitted_in_any_form()
    {
        await Tool.Fail(NotPermitted, "truncate", "-s", "1", Disk);
        await Tool.Fail(NotPermitted, "cp", "/etc/hostname", Disk);
        await Tool.Fail(NotPermitted, "dd", "if=/dev/null", $"of={Disk}", "count=0");
        Assert.Equal($"{ServedTree.DiskBytes}", await Tool.Succeed("stat", "-c", "%s", Disk));
    }

    [FuseFact]
    public async Task Truncating_to_the_size_it_has_is_fine() =>
        _ = await Tool.Succeed("truncate", "-s", $"{ServedTree.DiskBytes}", Disk);

    [FuseFact]
    public async Task Touch_is_remembered_to_the_nanosecond()
    {
        string hello = Mount.PathOf("hello.txt");
        _ = await Tool.Succeed("touch", "-d", "@1234567890.987654321", hello);
        Assert.Equal("1234567890.987654321", await Tool.Succeed("stat", "-c", "%.9Y", hello));
    }

    [FuseFact]
    public async Task Touch_without_a_time_means_now_by_the_kernel_s_clock()
    {
        string secret = Mount.PathOf("secret");
        _ = await Tool.Succeed("touch", secret);
        Assert.Equal("1", await Tool.Succeed(
            "sh", "-c", "echo $(( $(stat -c %Y \"$1\") > 1700000000 ))", "sh", secret));
    }

    [FuseFact]
    public async Task New_names_and_other_modes_are_not_permitted()
    {
        await Tool.Fail(NotPermitted, "touch", Mount.PathOf("new"));
        await Tool.Fail(NotPermitted, "chmod", "777", Disk);
        await Tool.Fail(NotPermitted, "rm", "-f", Disk);
    }

    [FuseFact]
    public async Task Fsync_arrives()
    {
        long before = await Mount.Stat("syncs");
        _ = await Tool.Succeed(
            "dd", "if=/dev/zero", $"of={Disk}", "bs=4096", "count=1", "conv=notrunc,fsync", "status=none");
        Assert.Equal(before + 1, await Mount.Stat("syncs"));
    }

    [FuseFact]
    public async Task A_direct_synchronous_write_says_so_in_the_write_itself()
    {
        long before = await Mount.Stat("dsyncs");
        _ = await Tool.Succeed(
            "dd", "if=/dev/zero", $"of={Disk}", "bs=4096", "count=2", "oflag=direct,dsync", "conv=notrunc",
            "status=none");
        Assert.Equal(before + 2, await Mount.Stat("dsyncs"));
    }

    [FuseFact]
    public async Task Writing_past_the_end_is_no_space_and_does_not_grow()
    {
        await Tool.Fail(
            "No space left on device",
            "dd", "if=/dev/zero", $"of={Disk}", "bs=1M", "seek=9", "count=1", "conv=notrunc", "status=none");
        Assert.Equal($"{ServedTree.DiskBytes}", await Tool.Succeed("stat", "-c", "%s", Disk));
    }

    [FuseFact]
    public async Task Punching_a_hole_gives_zeros_and_space()
    {
        _ = await Tool.Succeed("fallocate", "-p", "-o", $"{4 << 20}", "-l", "65536", Disk);
        Assert.Equal("0", await Tool.Succeed(
            "sh", "-c", "dd if=\"$1\" bs=65536 skip=64 count=1 iflag=direct status=none | tr -d '\\0' | wc -c",
            "sh", Disk));
        await Tool.Fail("not supported", "fallocate", "-c", "-o", "0", "-l", "65536", Disk);
    }

    [RequiresFact(Need.Fuse | Need.Root, "fio")]
    public async Task Parallel_random_writes_verify() => _ = await Tool.Succeed(
        "fio", "--name=verify", $"--filename={Disk}", "--size=4M", "--offset=4M", "--bs=4k", "--rw=randwrite",
        "--ioengine=libaio", "--iodepth=8", "--direct=1", "--verify=crc32c", "--allow_file_create=0",
        "--fallocate=none", "--randseed=7", $"--aux-path={Mount.Outside("")}", "--verify_state_save=0");
}
