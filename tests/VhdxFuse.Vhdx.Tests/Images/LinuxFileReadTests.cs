using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

public sealed class LinuxFileReadTests : IDisposable
{
    private static readonly FileOpenOptions Options = new();

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_what_lies_at_an_offset_and_stops_at_the_end()
    {
        using LinuxFile file = LinuxFile.OpenRead(_folder.File("image", [0, 1, 2, 3, 4, 5, 6, 7]), Options);
        byte[] target = new byte[4];

        Assert.Equal(8, file.LengthBytes);
        Assert.Equal(4, file.Read(new FileOffset(3), target));
        Assert.Equal([3, 4, 5, 6], target);
        Assert.Equal(2, file.Read(new FileOffset(6), target));
        Assert.Equal([6, 7, 5, 6], target);
        Assert.Equal(0, file.Read(new FileOffset(8), target));
        Assert.Equal(0, file.Read(new FileOffset(long.MaxValue), target));
        Assert.Equal(0, file.Read(new FileOffset(0), []));
    }

    [Fact]
    public void Reads_on_many_threads_each_get_their_own_bytes()
    {
        const int pages = 256;
        byte[] content = new byte[pages * Units.KiB];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(i / Units.KiB);
        }

        using LinuxFile file = LinuxFile.OpenRead(_folder.File("image", content), Options);
        Parallel.For(0, 8 * pages, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] target = new byte[Units.KiB];
            _ = file.NextData(new FileOffset(0)); // moves the position that a stream would read by
            Assert.Equal(target.Length, file.Read(new FileOffset(i % pages * Units.KiB), target));
            Assert.True(target.All(b => b == (byte)(i % pages)));
        });
    }

    [Fact]
    public void Next_data_skips_holes_and_ends_at_the_length()
    {
        string path = _folder["sparse"];
        using (FileStream made = File.Create(path))
        {
            made.SetLength(8 * Units.MiB);
            made.Position = 4 * Units.MiB;
            made.Write(new byte[64 * Units.KiB]);
        }

        using LinuxFile file = LinuxFile.OpenRead(path, Options);

        Assert.Equal(new FileOffset(4 * Units.MiB), file.NextData(new FileOffset(0)));
        Assert.Equal(new FileOffset((4 * Units.MiB) + 5), file.NextData(new FileOffset((4 * Units.MiB) + 5)));
        Assert.Equal(new FileOffset(8 * Units.MiB), file.NextData(new FileOffset(5 * Units.MiB)));
        Assert.Equal(new FileOffset(8 * Units.MiB), file.NextData(new FileOffset(8 * Units.MiB)));
        Assert.Equal(new FileOffset(9 * Units.MiB), file.NextData(new FileOffset(9 * Units.MiB)));
    }

    [Fact]
    public void A_file_that_is_cut_off_or_grows_while_open_keeps_its_length_and_gives_what_is_there()
    {
        string path = _folder.File("image", [1, 2, 3, 4, 5, 6]);
        byte[] target = new byte[8];
        using LinuxFile file = LinuxFile.OpenRead(path, Options);

        Tool.Run("truncate", "-s", "2", path);
        Assert.Equal(2, file.Read(new FileOffset(0), target));
        Tool.Run("truncate", "-s", "100", path);
        Assert.Equal(6, file.Read(new FileOffset(0), target));
        Assert.Equal(6, file.LengthBytes);
        Assert.NotEqual(file.Facts, file.ReadFacts());
    }

    [Fact]
    public void An_empty_file_opens_and_holds_nothing()
    {
        using LinuxFile file = LinuxFile.OpenRead(_folder.File("empty", []), Options);

        Assert.Equal(0, file.LengthBytes);
        Assert.Equal(0, file.Read(new FileOffset(0), new byte[4]));
        Assert.Equal(new FileOffset(0), file.NextData(new FileOffset(0)));
    }

    [Fact]
    public void Identity_is_that_of_the_file_whatever_its_names()
    {
        string path = _folder.File("image", [1]);
        Tool.Run("ln", path, _folder["other"]);
        Tool.Run("ln", "-s", "image", _folder["link"]);
        using LinuxFile file = LinuxFile.OpenRead(path, Options);
        using LinuxFile other = LinuxFile.OpenRead(_folder["other"], Options);
        using LinuxFile link = LinuxFile.OpenRead(_folder["link"], Options);
        using LinuxFile copy = LinuxFile.OpenRead(_folder.File("copy", [1]), Options);

        Assert.Equal(file.Identity, other.Identity);
        Assert.Equal(file.Identity, link.Identity);
        Assert.NotEqual(file.Identity, copy.Identity, StringComparer.Ordinal);
    }

    [Fact]
    public void Facts_are_those_of_stat()
    {
        string path = _folder.File("image", [1, 2, 3]);
        using LinuxFile file = LinuxFile.OpenRead(path, Options);
        FileFacts facts = file.Facts;

        string stat = Tool.Run("stat", "--printf=%s %u %i %f %Hd %Ld %.9X %.9Y %.9Z %.9W", path);

        static string Text(FileTime time) => $"{time.Seconds}.{time.Nanoseconds:d9}";
        string mode = facts.Mode.ToString("x", CultureInfo.InvariantCulture);
        string born = facts.Born is { } time ? Text(time) : "0.000000000";
        Assert.Equal(
            $"{facts.LengthBytes} {facts.UserId} {facts.Inode} {mode} {facts.DeviceMajor} {facts.DeviceMinor} "
            + $"{Text(facts.Accessed)} {Text(facts.Modified)} {Text(facts.StatusChanged)} {born}",
            stat);
        Assert.Equal(facts, file.ReadFacts());
    }

    [Theory]
    [InlineData("/dev/fd/")]
    [InlineData("/proc/self/fd/")]
    public void A_descriptor_opens_its_file_once_more(string descriptorFolder)
    {
        string path = _folder.File("image", [1, 2, 3]);
        using var handle = File.OpenHandle(path, share: FileShare.ReadWrite);
        using LinuxFile file =
            LinuxFile.OpenRead($"{descriptorFolder}{handle.DangerousGetHandle()}", Options);

        Assert.Equal(3, file.Read(new FileOffset(0), new byte[3]));
        Assert.Equal(path, file.RealPath);
        Assert.False(file.LinkFollowed);
        Assert.Equal(AccessTimeGuard.OpenFlag, file.AccessTimeGuard);
    }

    [Fact]
    public void A_descriptor_opens_a_file_that_has_lost_its_name()
    {
        string path = _folder.File("image", [1, 2, 3]);
        using var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        File.Delete(path);
        using LinuxFile file = LinuxFile.OpenRead($"/dev/fd/{handle.DangerousGetHandle()}", Options);

        Assert.Equal(3, file.LengthBytes);
        Assert.Equal("", file.RealPath);
    }

    [Fact]
    public void A_name_that_is_not_utf8_opens()
    {
        Tool.Run("bash", "-c", "printf abc > \"$0\"/$'\\xff\\xc3name'", _folder.Path);
        string path = $"{_folder.Path}/\udcff\udcc3name";
        using LinuxFile file = LinuxFile.OpenRead(path, Options);

        Assert.Equal(3, file.LengthBytes);
        Assert.Equal(path, file.RealPath);
    }

    [NeedsFact("flock")]
    public void Nobody_who_takes_a_flock_is_hindered()
    {
        string path = _folder.File("image", [1]);
        using LinuxFile file = LinuxFile.OpenRead(path, Options);

        Tool.Run("flock", "--exclusive", "--nonblock", path, "true");
    }

    [Fact]
    public void A_file_opened_for_reading_can_not_be_changed()
    {
        string path = _folder.File("image", [1, 2]);
        using LinuxFile file = LinuxFile.OpenRead(path, Options);

        Assert.Throws<InvariantException>(() => file.Write(new FileOffset(0), [9]));
        Assert.Throws<InvariantException>(() => file.WriteZeros(new FileOffset(0), 1));
        Assert.Throws<InvariantException>(() => file.SetLength(0));
        Assert.Throws<InvariantException>(file.Flush);
        Assert.Equal([1, 2], File.ReadAllBytes(path));
    }

    [Fact]
    public void A_closed_file_says_so()
    {
        LinuxFile file = LinuxFile.OpenRead(_folder.File("image", [1, 2]), Options);
        file.Dispose();
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.Read(new FileOffset(0), new byte[1]));
    }
}
