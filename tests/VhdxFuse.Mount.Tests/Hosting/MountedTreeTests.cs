using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using VhdxFuse.Commands;
using VhdxFuse.Disk;
using VhdxFuse.Fuse;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>The file system called as the transport calls it, without a mount.</summary>
public sealed class MountedTreeTests
{
    private const int Eof = Sandbox.MiB * 8;

    [Theory]
    [InlineData("base", "3-base.raw")]
    [InlineData("", "3-.raw")]
    [InlineData("a\n\u202e/b", "3-a%000A%202E%002Fb.raw")]
    [InlineData("caf\u00e9 \U0001f4be", "3-caf\u00e9 \U0001f4be.raw")]
    public void Layer_names_are_safe(string stem, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(LayerName.Of(3, stem)));

    // A byte that was no UTF-8. Not in the table above: test data are handed on as UTF-8 themselves.
    [Fact]
    public void Half_a_surrogate_pair_in_a_layer_name_is_spelt_out() =>
        Assert.Equal("3-%DC80.raw", Encoding.UTF8.GetString(LayerName.Of(3, "\udc80")));

    [Fact]
    public void A_layer_name_is_cut_at_a_character_to_what_Linux_allows()
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        string name = strict.GetString(LayerName.Of(12, new string('é', 300)));
        Assert.Equal($"12-{new string('é', 124)}.raw", name);
    }

    [Theory]
    [InlineData(0b110_100_100, false, 0, 0b100_100_100)]
    [InlineData(0b110_100_000, false, 0, 0b100_000_000)] // the image's group isn't the one shown
    [InlineData(0b110_100_000, true, 0, 0b100_100_000)]
    [InlineData(0b000_000_000, false, 0, 0b100_000_000)] // whoever mounted could open it
    [InlineData(0b110_000_100, true, 0, 0b100_000_100)]
    public void Permissions_never_exceed_those_of_the_image(int image, bool groupIsChosen, int umask, int shown)
    {
        var rights = new AccessRights
        {
            UserId = 0,
            GroupId = 0,
            GroupIsChosen = groupIsChosen,
            Umask = (UnixFileMode)umask,
        };
        Assert.Equal((UnixFileMode)shown, rights.PermissionsFor((UnixFileMode)image));
    }

    [Fact]
    public void A_backslash_escapes_a_comma_or_itself_and_nothing_else()
    {
        string[] lists = [@"fsname=a\,b\\c\d,allow_other", "", ",uid=7,,"];
        OptionWords words = OptionWords.Parse(lists, _ => null, out string? problem);
        Assert.Null(problem);
        Assert.Equal((@"a,b\c\d", true, 7u), (words.SourceName, words.AllowOther, words.UserId));
    }

    [Theory]
    [InlineData(0, FuseSeekKind.Data, 0)]
    [InlineData(0, FuseSeekKind.Hole, Sandbox.MiB)]
    [InlineData(Sandbox.MiB + 5, FuseSeekKind.Hole, Sandbox.MiB + 5)]
    [InlineData(Sandbox.MiB + 5, FuseSeekKind.Data, 5 * Sandbox.MiB)]
    [InlineData(6 * Sandbox.MiB, FuseSeekKind.Data, -6)]
    [InlineData(Eof - 1, FuseSeekKind.Hole, Eof - 1)]
    [InlineData(Eof, FuseSeekKind.Hole, -6)]
    [InlineData(Eof, FuseSeekKind.Data, -6)]
    [InlineData(long.MaxValue, FuseSeekKind.Data, -6)]
    public async Task Seeking_follows_lseek(long offset, FuseSeekKind kind, long expected)
    {
        await using var box = new Sandbox();
        using DifferencingChain chain = Open(box);
        DiskFileSystem files = FilesOf(chain);
        Assert.Equal(expected, files.LSeek(Opened(files, "/disk.raw"), offset, kind));
    }

    [Fact]
    public async Task Reads_are_clipped_at_the_end()
    {
        await using var box = new Sandbox();
        using DifferencingChain chain = Open(box);
        DiskFileSystem files = FilesOf(chain);
        FuseFileInfo file = Opened(files, "/layers/0-disk.raw");
        byte[] buffer = new byte[4096];
        Assert.Equal(10, files.Read(file, Eof - 10, buffer));
        Assert.Equal(0, files.Read(file, Eof, buffer));
        Assert.Equal(0, files.Read(file, long.MaxValue, buffer));
        Assert.Equal(-9, files.Read(new FuseFileInfo(0) { Handle = 99 }, 0, buffer));
        FuseFileInfo info = Opened(files, "/.vhdxfuse/info.json");
        Assert.Equal("{}", Encoding.UTF8.GetString(buffer[..files.Read(info, 0, buffer)]));
        Assert.Equal(2, files.LSeek(info, 1, FuseSeekKind.Hole));
    }

    [Theory]
    [InlineData("/nosuch", -2)]
    [InlineData("/disk.raw/x", -2)]
    [InlineData("/layers", -21)]
    [InlineData("/", -21)]
    public async Task What_is_no_file_is_not_opened(string path, int expected)
    {
        await using var box = new Sandbox();
        using DifferencingChain chain = Open(box);
        var file = new FuseFileInfo(0);
        Assert.Equal(expected, FilesOf(chain).Open(Encoding.UTF8.GetBytes(path), ref file));
    }

    [Fact]
    public async Task Opening_for_writing_is_refused_with_EROFS()
    {
        await using var box = new Sandbox();
        using DifferencingChain chain = Open(box);
        var file = new FuseFileInfo(1);
        Assert.Equal(-30, FilesOf(chain).Open("/disk.raw"u8, ref file));
    }

    // Measured against the disk itself, whose allocations are the engine's business and its tests'.
    [Fact]
    public async Task Reads_and_seeks_allocate_no_more_than_the_disk_does()
    {
        await using var box = new Sandbox();
        using DifferencingChain chain = Open(box);
        DiskFileSystem files = FilesOf(chain);
        FuseFileInfo file = Opened(files, "/disk.raw");
        byte[] buffer = new byte[4096];
        Assert.Equal(
            AllocatedBy(offset => chain.Disk.Read(offset, buffer)),
            AllocatedBy(offset => files.Read(file, offset, buffer)));
        Assert.Equal(
            AllocatedBy(offset => chain.Disk.NextData(offset)),
            AllocatedBy(offset => files.LSeek(file, offset, FuseSeekKind.Data)));
        Assert.Equal(
            AllocatedBy(offset => chain.Disk.NextHole(offset)),
            AllocatedBy(offset => files.LSeek(file, offset, FuseSeekKind.Hole)));
    }

    private static long AllocatedBy(Action<long> request)
    {
        const int rounds = 1000;
        request(0); // brings in the page of the table
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < rounds; i++)
        {
            request(i * 4096L);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static DifferencingChain Open(Sandbox box)
    {
        var options = new FileOpenOptions();
        return DifferencingChain.Open(
            LinuxFile.OpenRead(box.Image, options), new LinuxParentSource(options), new OpenOptions());
    }

    private static DiskFileSystem FilesOf(DifferencingChain chain)
    {
        var tree = new DiskTree(
            new MountedDisk(chain, chain.Layers[^1].Path), new AccessRights { UserId = 0, GroupId = 0 });
        return new(tree.ForFolder([new MountDocument("info.json"u8.ToArray(), _ => "{}"u8.ToArray())]));
    }

    private static FuseFileInfo Opened(DiskFileSystem files, string path)
    {
        var file = new FuseFileInfo(0);
        Assert.Equal(0, files.Open(Encoding.UTF8.GetBytes(path), ref file));
        Assert.Equal(FuseOpenOptions.KeepCache, file.Options);
        return file;
    }
}
