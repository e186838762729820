using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

/// <summary>An image that is there, opened for writing.</summary>
public sealed class LinuxFileOpenWriteTests : IDisposable
{
    private static readonly FileOpenOptions Options = new();

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_read_and_written_in_place()
    {
        string path = _folder.File("image", [1, 2, 3, 4]);
        using LinuxFile file = LinuxFile.OpenWrite(path, Options);
        file.Write(new FileOffset(1), [7]);
        file.Flush();

        byte[] target = new byte[4];
        Assert.Equal(4, file.Read(default, target));
        Assert.Equal([1, 7, 3, 4], target);
        Assert.Equal([1, 7, 3, 4], File.ReadAllBytes(path));
        Assert.Equal((LockState.Held, AccessTimeGuard.OpenFlag), (file.LockState, file.AccessTimeGuard));
    }

    [Fact]
    public void What_is_no_image_is_refused_before_it_is_opened()
    {
        Tool.Run("mkfifo", _folder["fifo"]);
        foreach (string path in (string[])[_folder["fifo"], "/dev/null", _folder.Path])
        {
            var error = Assert.Throws<VhdxException>(() => LinuxFile.OpenWrite(path, Options));
            Assert.Equal(VhdxErrorKind.NotVhdx, error.Kind);
        }
    }

    [NeedsFact(NeedsFactAttribute.Root)]
    public void Missing_rights_and_a_read_only_file_system_are_said_in_words() => OnOwnThread.WithOwnMounts(() =>
    {
        string path = _folder.File("image", [1]);
        Tool.Run("mount", "--bind", _folder.Path, _folder.Path);
        Tool.Run("mount", "-o", "remount,ro,bind", _folder.Path);
        var error = Assert.Throws<VhdxException>(() => LinuxFile.OpenWrite(path, Options));
        Assert.Equal(VhdxErrorKind.Io, error.Kind);
        Assert.Equal($"{path}: can't be opened for writing: Read-only file system", error.Message);
        Tool.Run("umount", _folder.Path);
    });

    [NeedsFact(NeedsFactAttribute.Root)]
    public void Somebody_else_s_file_is_opened_where_its_mode_allows_it()
    {
        string path = _folder.File("image", [1]);
        Tool.Run("chmod", "755", _folder.Path);
        Tool.Run("chmod", "644", path);
        OnOwnThread.AsNobody(() =>
        {
            var error = Assert.Throws<VhdxException>(() => LinuxFile.OpenWrite(path, Options));

            // The process is root's, so the cure is one for a root that lacks the right.
            Assert.StartsWith(
                $"{path}: can't be opened for writing: Permission denied (in a container: --cap-add", error.Message,
                StringComparison.Ordinal);
        });

        Tool.Run("chmod", "666", path);
        OnOwnThread.AsNobody(() =>
        {
            using LinuxFile file = LinuxFile.OpenWrite(path, Options);
            Assert.Equal(AccessTimeGuard.None, file.AccessTimeGuard);
        });
    }

    [Fact]
    public void The_length_may_grow_beside_writes_inside_the_old_one()
    {
        const int parts = 400;
        string path = _folder.File("image", new byte[parts * 1000]);
        using LinuxFile file = LinuxFile.OpenWrite(path, Options);

        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            if (i % 8 == 0)
            {
                file.SetLength((parts * 1000) + i);
            }

            file.Write(new FileOffset(i * 1000L), Filled(1000, 1));
        });

        file.SetLength(parts * 1000);
        Assert.Equal(-1, File.ReadAllBytes(path).AsSpan().IndexOfAnyExcept((byte)1));
        Assert.Equal(parts * 1000, file.LengthBytes);
    }

    [Fact]
    public void Space_is_taken_ahead_and_no_byte_changes()
    {
        string path = _folder.File("image", [1, 2, 3]);
        using LinuxFile file = LinuxFile.OpenWrite(path, Options);
        file.SetLength(4 * Units.MiB);
        file.Allocate(default, 4 * Units.MiB);

        Assert.Equal(4 * Units.MiB, file.LengthBytes);
        Assert.True(AllocatedBytes(path) >= 4 * Units.MiB);
        byte[] content = File.ReadAllBytes(path);
        Assert.Equal([1, 2, 3, 0], content[..4]);
        Assert.Equal(-1, content.AsSpan(4).IndexOfAnyExcept((byte)0));
    }

    // ramfs has no fallocate, and calls the whole file data.
    [NeedsFact(NeedsFactAttribute.Root)]
    public void Taking_space_is_no_error_where_the_file_system_can_t() => OnOwnThread.WithOwnMounts(() =>
    {
        string mount = _folder.Folder("mount");
        Tool.Run("mount", "-t", "ramfs", "none", mount);
        using LinuxFile file = LinuxFile.CreateNew($"{mount}/new");
        file.Write(default, Filled(5000, 1));
        file.SetLength(20_000);

        file.Allocate(default, 20_000);

        byte[] target = new byte[20_000];
        Assert.Equal(20_000, file.Read(default, target));
        Assert.Equal(-1, target.AsSpan(0, 5000).IndexOfAnyExcept((byte)1));
        Assert.Equal(-1, target.AsSpan(5000).IndexOfAnyExcept((byte)0));
    });

    // An ext4 file without extents has no fallocate, but holes.
    [NeedsFact(NeedsFactAttribute.Root, "mkfs.ext3", "/dev/loop-control")]
    public void Holes_are_filled_with_zeros_where_space_can_t_be_taken_and_data_stay() =>
        OnOwnThread.WithOwnMounts(() =>
        {
            string mount = Formatted("ext3");
            Assert.NotEqual(0, Tool.Try("fallocate", "-n", "-l", "4096", $"{mount}/control").ExitCode);
            using LinuxFile file = LinuxFile.CreateNew($"{mount}/new");
            file.SetLength(2 * Units.MiB);
            file.Write(new FileOffset(Units.MiB), Filled(64 * Units.KiB, 5));
            file.Flush();

            file.Allocate(default, 2 * Units.MiB);
            file.Flush();

            Assert.True(AllocatedBytes($"{mount}/new") >= 2 * Units.MiB);
            byte[] target = new byte[2 * Units.MiB];
            Assert.Equal(target.Length, file.Read(default, target));
            Assert.Equal(-1, target.AsSpan(0, Units.MiB).IndexOfAnyExcept((byte)0));
            Assert.Equal(-1, target.AsSpan(Units.MiB, 64 * Units.KiB).IndexOfAnyExcept((byte)5));
            Assert.Equal(-1, target.AsSpan(Units.MiB + (64 * Units.KiB)).IndexOfAnyExcept((byte)0));
            file.Dispose();
            Tool.Run("umount", mount);
        });

    [NeedsFact(NeedsFactAttribute.Root)]
    public void A_full_file_system_is_no_space_for_every_call_that_takes_some() => OnOwnThread.WithOwnMounts(() =>
    {
        string mount = _folder.Folder("mount");
        Tool.Run("mount", "-t", "tmpfs", "-o", "size=64k", "none", mount);
        using LinuxFile file = LinuxFile.CreateNew($"{mount}/new");
        file.SetLength(Units.MiB);

        var error = Assert.Throws<VhdxException>(() => file.Allocate(default, Units.MiB));
        Assert.Equal(VhdxErrorKind.NoSpace, error.Kind);
        error = Assert.Throws<VhdxException>(() => file.Write(default, Filled(Units.MiB, 1)));
        Assert.Equal(VhdxErrorKind.NoSpace, error.Kind);
        Assert.Equal(Units.MiB, file.LengthBytes);
    });

    [NeedsTheory(NeedsFactAttribute.Root, "mkfs.ext4", "tune2fs", "/dev/loop-control")]
    [InlineData("ext4", "", "", true)]
    [InlineData("ext4", "", "data=journal", true)]
    [InlineData("ext4", "", "data=writeback", false)]
    [InlineData("ext4", "-o journal_data_writeback", "", false)] // which no mount table shows
    [InlineData("ext4", "-O ^has_journal", "", false)]
    [InlineData("ext3", "", "", false)]
    [InlineData("ext2", "", "", false)]
    public void Only_ext4_that_orders_data_hides_old_blocks(string type, string tuned, string options, bool hides) =>
        OnOwnThread.WithOwnMounts(() =>
        {
            string mount = Formatted(type, tuned, options);
            using (LinuxFile file = LinuxFile.CreateNew($"{mount}/new"))
            {
                Assert.Equal(hides, file.HidesOldBlocks);
            }

            Tool.Run("umount", mount);
        });

    [NeedsFact(NeedsFactAttribute.Root)]
    public void Tmpfs_hides_old_blocks_and_ramfs_isn_t_known() => OnOwnThread.WithOwnMounts(() =>
    {
        foreach ((string type, bool hides) in (ReadOnlySpan<(string, bool)>)[("tmpfs", true), ("ramfs", false)])
        {
            string mount = _folder.Folder(type);
            Tool.Run("mount", "-t", type, "none", mount);
            using LinuxFile file = LinuxFile.CreateNew($"{mount}/new");
            Assert.Equal(hides, file.HidesOldBlocks);
        }
    });

    [Theory]
    [InlineData("254:0", "ext4")]
    [InlineData("7:0", "xfs")]
    [InlineData("7:1", "")]
    [InlineData("9:9", "")]
    [InlineData("", "")]
    public void The_mount_table_names_the_file_system_of_a_device(string device, string type) => Assert.Equal(
        type,
        HostFileSystem.TypeOf(
            "26 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard\n"
            + "92 72 7:0 / /mnt/a\\040- rw,relatime - xfs /dev/loop0 rw\n"
            + "93 72 9:9 / /mnt cut\n",
            device));

    private static byte[] Filled(int count, byte value)
    {
        byte[] bytes = new byte[count];
        Array.Fill(bytes, value);
        return bytes;
    }

    private static long AllocatedBytes(string path) => long.Parse(
        Tool.Run("stat", "--printf=%b", path), System.Globalization.CultureInfo.InvariantCulture) * 512;

    private string Formatted(string type, string tuned = "", string options = "")
    {
        string image = _folder["disk"];
        Tool.Run("truncate", "-s", "32M", image);
        Tool.Run($"mkfs.{type}", "-q", "-F", image);
        if (tuned.Length > 0)
        {
            Tool.Run("tune2fs", [.. tuned.Split(' '), image]);
        }

        string mount = _folder.Folder("mount");
        Tool.Run("mount", "-t", type, "-o", $"loop{(options.Length > 0 ? $",{options}" : "")}", image, mount);
        return mount;
    }
}
