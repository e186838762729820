using System;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Fuse.Tests.Serving;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>What ordinary tools see of a read-only mount.</summary>
public sealed class ReadOnlyMountTests(ReadOnlyMount fixture) : IClassFixture<ReadOnlyMount>
{
    private const string ReadOnlyWords = "Read-only file system";

    private ServedMount Mount => fixture.Mount;

    private string Disk => Mount.PathOf("disk.raw");

    [FuseFact]
    public async Task The_mount_table_shows_type_source_and_options()
    {
        Assert.StartsWith("ready Direct ", Mount.Greeting, StringComparison.Ordinal);
        Assert.Equal(
            $"fuse.vhdxfuse {ReadOnlyMount.Source.Replace(@"\", @"\x5c", StringComparison.Ordinal)}",
            await Tool.Succeed("findmnt", "-nro", "FSTYPE,SOURCE", Mount.Point) is { } line
                ? line.Replace(@"\x20", " ", StringComparison.Ordinal)
                : "");
        string options = await Tool.Succeed("findmnt", "-nro", "OPTIONS", Mount.Point);
        Assert.Equal(
            ["allow_other", "default_permissions", "nodev", "nosuid", "ro"],
            options.Split(',').Distinct(StringComparer.Ordinal)
                .Where(word => word is not "relatime" && !word.Contains('=', StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [FuseFact]
    public async Task Stat_shows_size_blocks_mode_and_nanoseconds() => Assert.Equal(
        $"{ServedTree.DiskBytes} {17 * 65536 / 512} 644 regular file 1600000000",
        await Tool.Succeed("stat", "-c", "%s %b %a %F %Y", Disk));

    [FuseFact]
    public async Task A_listing_longer_than_one_buffer_is_complete()
    {
        string[] names = (await Tool.Succeed("ls", "-1", Mount.PathOf("many"))).Split('\n');
        Assert.Equal(
            Enumerable.Range(0, ServedTree.ManyCount).Select(ServedTree.ManyName), names, StringComparer.Ordinal);
    }

    [FuseFact]
    public async Task A_long_listing_asks_for_extended_attributes_without_complaint() =>
        Assert.Equal("", (await Tool.Run("ls", "-la", Mount.Point)).Error);

    [FuseFact]
    public async Task Cat_gives_every_byte() =>
        await Tool.Succeed("sh", "-c", "cat \"$1\" | cmp - \"$2\"", "sh", Disk, fixture.Expected);

    [FuseFact]
    public async Task Cp_copies_data_and_keeps_holes()
    {
        string copy = Mount.Outside("copy");
        long before = await Mount.Stat("read");
        _ = await Tool.Succeed("cp", "--sparse=auto", Disk, copy);
        _ = await Tool.Succeed("cmp", copy, fixture.Expected);
        long blocks = long.Parse(await Tool.Succeed("stat", "-c", "%b", copy), null);
        Assert.InRange(blocks * 512, 1, 2 << 20); // of 8 MiB, 17 blocks of 64 KiB
        Assert.InRange(await Mount.Stat("read") - before, 0, 4 << 20); // read-ahead, but not the whole disk
    }

    [RequiresTheory(Need.Fuse | Need.Root)]
    [InlineData("1M")]
    [InlineData("1000")]
    public async Task Dd_reads_directly_in_any_size(string size)
    {
        string copy = Mount.Outside($"direct-{size}");
        _ = await Tool.Succeed("dd", $"if={Disk}", $"of={copy}", $"bs={size}", "iflag=direct", "status=none");
        _ = await Tool.Succeed("cmp", copy, fixture.Expected);
    }

    [FuseFact]
    public async Task A_mapping_reads_the_same_bytes()
    {
        long expected = ServedTree.DiskContent().Sum(value => (long)value);
        Assert.Equal($"{expected}", await Tool.Succeed([.. ServedMount.Program, "mmap", Disk]));
    }

    [FuseFact]
    public async Task Df_shows_the_file_system_s_numbers() => Assert.Equal(
        "4096 2048 512 256 12 3 255", await Tool.Succeed("stat", "-fc", "%S %b %f %a %c %d %l", Mount.Point));

    [FuseFact]
    public async Task Access_follows_the_permission_bits()
    {
        string hello = Mount.PathOf("hello.txt");
        Assert.Equal(0, (await Tool.Run("test", "-r", hello)).ExitCode);
        Assert.Equal(1, (await Tool.Run("test", "-x", hello)).ExitCode);
        Assert.Equal(1, (await Tool.Run("test", "-w", hello)).ExitCode);
    }

    [FuseFact]
    public async Task Another_user_reads_what_is_for_all_and_not_what_is_for_the_owner()
    {
        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        Assert.Equal("hello", await Tool.Succeed([.. nobody, "cat", Mount.PathOf("hello.txt")]));
        await Tool.Fail("Permission denied", [.. nobody, "cat", Mount.PathOf("secret")]);
    }

    [FuseFact]
    public async Task A_missing_name_is_said_to_be_missing() =>
        await Tool.Fail("No such file or directory", "cat", Mount.PathOf("nothing"));

    [FuseFact]
    public async Task Every_way_of_changing_something_says_read_only()
    {
        string hello = Mount.PathOf("hello.txt");
        await Tool.Fail(ReadOnlyWords, "touch", Mount.PathOf("new"));
        await Tool.Fail(ReadOnlyWords, "cp", "/etc/hostname", Mount.PathOf("new"));
        await Tool.Fail(ReadOnlyWords, "truncate", "-s", "0", hello);
        await Tool.Fail(ReadOnlyWords, "mkdir", Mount.PathOf("new"));
        await Tool.Fail(ReadOnlyWords, "rm", "-f", hello);
        await Tool.Fail(ReadOnlyWords, "mv", hello, Mount.PathOf("new"));
        await Tool.Fail(ReadOnlyWords, "ln", "-s", "x", Mount.PathOf("new"));
        await Tool.Fail(ReadOnlyWords, "chmod", "777", hello);
        await Tool.Fail(ReadOnlyWords, "dd", "if=/dev/zero", $"of={Disk}", "conv=notrunc", "count=1");
    }

    [FuseFact]
    public async Task An_ioctl_is_inappropriate_and_not_unimplemented() =>
        await Tool.Fail("Inappropriate ioctl for device", "blockdev", "--getsize64", Disk);

    [FuseFact]
    public async Task Locks_work_inside_the_kernel() =>
        _ = await Tool.Succeed("flock", "-n", Mount.PathOf("hello.txt"), "true");

    [FuseFact]
    public async Task A_faulting_handler_costs_its_caller_an_error_and_nobody_else_anything()
    {
        await Tool.Fail("Input/output error", "cat", Mount.PathOf("faulty"));
        Assert.Equal("fault READ 5", await Mount.LineWith("fault"));
        Assert.Equal("hello", await Tool.Succeed("cat", Mount.PathOf("hello.txt")));
    }
}
