using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

public sealed class LinuxParentSourceTests : IDisposable
{
    private static readonly FileOpenOptions Options = new();

    private readonly TestFolder _folder = new();
    private readonly LinuxParentSource _source = new(Options);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_exact_name_wins_over_names_that_differ_in_case()
    {
        Make("Base.vhdx");
        Make("BASE.VHDX");
        Make("base.vhdx");

        Assert.Equal(_folder["BASE.VHDX"], Find("BASE.VHDX"));
    }

    [Fact]
    public void A_name_that_differs_in_case_is_found_when_it_is_the_only_one()
    {
        _folder.Folder("Größe");
        Make("Größe/Eltern.VHDX");

        Assert.Equal(_folder["Größe/Eltern.VHDX"], Find("GRÖßE", "eltern.vhdx"));
        Assert.Null(Find("GRÖSSE", "eltern.vhdx"));
    }

    [Fact]
    public void Two_names_that_differ_in_case_are_none()
    {
        Make("Base.vhdx");
        Make("base.VHDX");
        _folder.Folder("Sub");
        _folder.Folder("sUb");
        Make("Sub/file");

        Assert.Null(Find("base.vhdx"));
        Assert.Null(Find("sub", "file"));
    }

    [Fact]
    public void Dots_climb_and_what_is_empty_or_a_dot_is_skipped()
    {
        _folder.Folder("a/b");
        _folder.Folder("c");
        Make("c/parent");

        Assert.Equal(_folder["c/parent"], _source.Find(_folder["a/b"], ["..", "", "..", ".", "C", "parent"]));
        Assert.Equal("/etc/passwd", _source.Find("/", ["..", "..", "etc", "passwd"]));
    }

    [Fact]
    public void Components_that_are_no_names_never_match()
    {
        _folder.Folder("a");
        Make("a/b");

        Assert.Null(Find("a/b"));
        Assert.Null(Find("a", "b\0"));
        Assert.Null(Find("a", "b\0c"));
        Assert.Null(Find("a", "\ud800"));
        Assert.Null(Find("a", "\udcff"));
        Assert.Null(Find());
        Assert.Null(Find("", "."));
        Assert.Null(Find("a", ".."));
        Assert.Null(Find("a", "b", ".", "c"));
        Assert.Null(Find("a", "missing", "..", "b"));
    }

    [Fact]
    public void Long_names_and_long_paths_are_not_found()
    {
        Make("a");

        Assert.Null(Find(new string('a', 256)));
        Assert.Null(Find(new string('ß', 30_000)));
        Assert.Null(Find([.. Enumerable.Repeat("..", 30_000), "etc", "passwd"]));
        Assert.Null(_source.Find($"/{new string('x', 5000)}", ["a"]));
        Assert.Null(_source.Find("", ["a"]));
        Assert.Null(_source.Find("/\0", ["etc", "passwd"]));
        Assert.Null(_source.Find(_folder["missing"], ["a"]));
        Assert.Null(_source.Find(_folder["a"], ["a"]));
    }

    [Fact]
    public void Names_that_are_not_utf8_are_passed_over()
    {
        Tool.Run("bash", "-c", "cd \"$0\" && touch $'\\xff\\xfe' $'par\\xe9nt' $'\\xed\\xa0\\x80'", _folder.Path);
        Make("Parent");

        Assert.Equal(_folder["Parent"], Find("PARENT"));
        Assert.Null(Find("par\ufffdnt"));
    }

    [Fact]
    public void A_folder_whose_own_name_is_not_utf8_is_searched()
    {
        const string script = "mkdir \"$0\"/$'\\xff' && cd \"$0\"/$'\\xff' && touch child && printf abc > Parent";
        Tool.Run("bash", "-c", script, _folder.Path);
        using LinuxFile child = LinuxFile.OpenRead(_folder["\udcff/child"], Options);

        string? found = _source.Find(_source.FolderOf(child), ["parent"]);
        using IImageFile parent = _source.Open(found!);
        Assert.Equal(3, parent.LengthBytes);
    }

    [Fact]
    public void Links_below_the_first_folder_are_not_followed()
    {
        _folder.Folder("real");
        Make("real/parent");
        Tool.Run("ln", "-s", "real", _folder["folder-link"]);
        Tool.Run("ln", "-s", "real/parent", _folder["file-link"]);

        Assert.Null(Find("folder-link", "parent"));
        Assert.Equal(_folder["real/parent"], _source.Find(_folder["folder-link"], ["parent"]));
        var error = Assert.Throws<VhdxException>(() => _source.Open(Find("file-link")!));
        Assert.Equal(VhdxErrorKind.NotVhdx, error.Kind);
        Assert.Contains("is a symbolic link, which is not followed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_regular_file_is_never_opened()
    {
        Tool.Run("mkfifo", _folder["fifo"]);
        _folder.Folder("folder");

        foreach (string path in (string[])[Find("FIFO")!, Find("folder")!, "/dev/null", "/dev/tty"])
        {
            VhdxException error = await Task.Run(() => Assert.Throws<VhdxException>(() => _source.Open(path)))
                .WaitAsync(TimeSpan.FromSeconds(5));
            Assert.Equal(VhdxErrorKind.NotVhdx, error.Kind);
        }

        Assert.Null(Find("fifo", "x"));
        Assert.Equal(
            VhdxErrorKind.Io, Assert.Throws<VhdxException>(() => _source.Open(_folder["missing"])).Kind);
    }

    [Fact]
    public void The_folder_of_an_image_is_where_it_really_lies()
    {
        _folder.Folder("real");
        Make("real/child");
        Tool.Run("ln", "-s", "real/child", _folder["link"]);
        using LinuxFile byLink = LinuxFile.OpenRead(_folder["link"], Options);
        using var handle = File.OpenHandle(_folder["real/child"], share: FileShare.ReadWrite | FileShare.Delete);
        string descriptor = $"/dev/fd/{handle.DangerousGetHandle()}";
        using LinuxFile byDescriptor = LinuxFile.OpenRead(descriptor, Options);

        Assert.Equal(_folder["real"], _source.FolderOf(byLink));
        Assert.Equal(_folder["real"], _source.FolderOf(byDescriptor));
        File.Delete(_folder["real/child"]);
        using LinuxFile nameless = LinuxFile.OpenRead(descriptor, Options);
        Assert.Equal("", _source.FolderOf(nameless));
    }

    [NeedsFact(NeedsFactAttribute.Root)]
    public void A_folder_that_may_not_be_entered_holds_nothing()
    {
        _folder.Folder("shut");
        Make("shut/file");
        Tool.Run("chmod", "0755", _folder.Path);
        Tool.Run("chmod", "0700", _folder["shut"]);

        OnOwnThread.AsNobody(() => Assert.Null(Find("shut", "file")));
    }

    private void Make(string name) => _folder.File(name, [1]);

    private string? Find(params string[] components) => _source.Find(_folder.Path, components);
}
