using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

public sealed class LinuxFileWriteTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_reads_back_what_was_written_and_is_as_long_as_that()
    {
        using LinuxFile file = LinuxFile.CreateNew(_folder["new"]);
        Assert.Equal(0, file.LengthBytes);

        file.Write(new FileOffset(4), [1, 2, 3]);
        file.Flush();

        byte[] target = new byte[16];
        Assert.Equal(7, file.LengthBytes);
        Assert.Equal(7, file.Read(new FileOffset(0), target));
        Assert.Equal([0, 0, 0, 0, 1, 2, 3], target[..7]);
        Assert.Equal([0, 0, 0, 0, 1, 2, 3], File.ReadAllBytes(_folder["new"]));
        Assert.Equal(LockState.NotTaken, file.LockState);
    }

    [Fact]
    public void A_file_that_is_there_is_never_made_anew()
    {
        string path = _folder.File("old", [7]);
        Tool.Run("ln", "-s", "nowhere", _folder["link"]);

        var error = Assert.Throws<VhdxException>(() => LinuxFile.CreateNew(path));
        Assert.Equal(VhdxErrorKind.Io, error.Kind);
        Assert.Equal($"{path}: can't be made: File exists", error.Message);
        Assert.Throws<VhdxException>(() => LinuxFile.CreateNew(_folder["link"]));
        Assert.Throws<VhdxException>(() => LinuxFile.CreateNew(_folder["a\0b"]));
        Assert.Equal([7], File.ReadAllBytes(path));
        Assert.False(File.Exists(_folder["a"]));
    }

    [Fact]
    public void Zeros_inside_the_file_give_space_back_and_zeros_past_the_end_take_none()
    {
        using LinuxFile file = LinuxFile.CreateNew(_folder["new"]);
        file.Write(new FileOffset(0), Ones(4 * Units.MiB));
        file.Flush();

        file.WriteZeros(new FileOffset(Units.MiB), 2 * Units.MiB);
        file.WriteZeros(new FileOffset(4 * Units.MiB), 1 * Units.GiB);
        file.WriteZeros(new FileOffset(9), 0);
        file.Flush();

        Assert.Equal((4 * Units.MiB) + Units.GiB, file.LengthBytes);
        Assert.Equal(file.LengthBytes, new FileInfo(_folder["new"]).Length);
        Assert.Equal(new FileOffset(3 * Units.MiB), file.NextData(new FileOffset(Units.MiB)));
        Assert.True(AllocatedBytes() < 3 * Units.MiB);
        CheckContent(file, new FileOffset(Units.MiB), 2 * Units.MiB);
    }

    [Fact]
    public void Zeros_may_begin_inside_and_end_past_the_end()
    {
        using LinuxFile file = LinuxFile.CreateNew(_folder["new"]);
        file.Write(new FileOffset(0), Ones(10_000));

        file.WriteZeros(new FileOffset(9_000), 5_000);

        Assert.Equal(14_000, file.LengthBytes);
        CheckContent(file, new FileOffset(9_000), 5_000);
    }

    [NeedsFact(NeedsFactAttribute.Root, NeedsFactAttribute.OwnMounts)]
    public void Zeros_are_written_out_where_the_file_system_knows_no_better() => OnOwnThread.WithOwnMounts(() =>
    {
        // ramfs has no fallocate at all.
        string mount = _folder.Folder("mount");
        Tool.Run("mount", "-t", "ramfs", "none", mount);
        Assert.NotEqual(0, Tool.Try("fallocate", "-l", "4096", $"{mount}/control").ExitCode);
        using LinuxFile file = LinuxFile.CreateNew($"{mount}/new");
        file.Write(new FileOffset(0), Ones(2 * Units.MiB));

        file.WriteZeros(new FileOffset(5), Units.MiB);

        Assert.Equal(2 * Units.MiB, file.LengthBytes);
        CheckContent(file, new FileOffset(5), Units.MiB);
    });

    [Fact]
    public void The_length_shrinks_and_grows_and_what_was_cut_off_comes_back_as_zeros()
    {
        using LinuxFile file = LinuxFile.CreateNew(_folder["new"]);
        file.Write(new FileOffset(0), [1, 2, 3, 4]);

        file.SetLength(2);
        file.SetLength(5);

        byte[] target = new byte[5];
        Assert.Equal(5, file.Read(new FileOffset(0), target));
        Assert.Equal([1, 2, 0, 0, 0], target);
    }

    [Fact]
    public void Writes_that_extend_the_file_at_once_all_stay()
    {
        const int parts = 200;
        using LinuxFile file = LinuxFile.CreateNew(_folder["new"]);

        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var at = new FileOffset(i * 1000L);
            if (i % 2 == 0)
            {
                file.Write(at, Ones(1000));
            }
            else
            {
                file.WriteZeros(at, 1000);
            }
        });

        Assert.Equal(parts * 1000, file.LengthBytes);
        byte[] content = File.ReadAllBytes(_folder["new"]);
        Assert.Equal(parts * 1000, content.Length);
        Assert.All(content.Select((b, i) => (b, i)), e => Assert.Equal(e.i / 1000 % 2 == 0 ? 1 : 0, e.b));
    }

    [NeedsFact(NeedsFactAttribute.Root, NeedsFactAttribute.OwnMounts)]
    public void A_full_file_system_is_said_in_words_and_leaves_the_length() => OnOwnThread.WithOwnMounts(() =>
    {
        string mount = _folder.Folder("mount");
        Tool.Run("mount", "-t", "tmpfs", "-o", "size=64k", "none", mount);
        using LinuxFile file = LinuxFile.CreateNew($"{mount}/new");
        file.Write(new FileOffset(0), Ones(4096));

        var error = Assert.Throws<VhdxException>(() => file.Write(new FileOffset(4096), Ones(Units.MiB)));

        Assert.Equal(VhdxErrorKind.NoSpace, error.Kind);
        Assert.Equal(new FileOffset(4096), error.FileOffset);
        Assert.EndsWith("can't be written: No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal(4096, file.LengthBytes);
    });

    private static byte[] Ones(int count)
    {
        byte[] ones = new byte[count];
        Array.Fill(ones, (byte)1);
        return ones;
    }

    /// <summary>Ones everywhere up to the zeros; after them ones or the end.</summary>
    private static void CheckContent(LinuxFile file, FileOffset zerosAt, int zerosBytes)
    {
        byte[] content = new byte[zerosAt.Value + zerosBytes];
        Assert.Equal(content.Length, file.Read(new FileOffset(0), content));
        Assert.Equal(-1, content.AsSpan(0, (int)zerosAt.Value).IndexOfAnyExcept((byte)1));
        Assert.Equal(-1, content.AsSpan((int)zerosAt.Value).IndexOfAnyExcept((byte)0));
    }

    private long AllocatedBytes() => long.Parse(
        Tool.Run("stat", "--printf=%b", _folder["new"]), System.Globalization.CultureInfo.InvariantCulture) * 512;
}
