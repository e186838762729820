using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using VhdxFuse.Vhdx.Images;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

/// <summary>What is no image, and what can't be opened. What makes an ordinary open hang must not hang ours.</summary>
public sealed class LinuxFileRefusalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_is_no_image() =>
        await Refuses(_folder.Folder("folder"), VhdxErrorKind.NotVhdx, "is a folder; an image is");

    [Fact]
    public async Task A_fifo_is_not_waited_for()
    {
        Tool.Run("mkfifo", _folder["fifo"]);
        Tool.Run("ln", "-s", "fifo", _folder["link"]);

        await Refuses(_folder["fifo"], VhdxErrorKind.NotVhdx, "is a FIFO");
        await Refuses(_folder["link"], VhdxErrorKind.NotVhdx, "is a FIFO");
    }

    [Fact]
    public async Task A_socket_is_no_image()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["socket"]));

        await Refuses(_folder["socket"], VhdxErrorKind.NotVhdx, "is a socket");
        await Refuses($"/dev/fd/{socket.Handle}", VhdxErrorKind.NotVhdx, "is a socket");
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/tty")]
    public async Task A_character_device_is_not_opened(string path) =>
        await Refuses(path, VhdxErrorKind.NotVhdx, "is a character device");

    [Fact]
    public async Task A_link_to_itself_is_too_many_links()
    {
        Tool.Run("ln", "-s", "loop", _folder["loop"]);

        await Refuses(_folder["loop"], VhdxErrorKind.Io, "can't be opened: Too many levels of symbolic links");
    }

    [Fact]
    public async Task What_is_not_there_is_said_in_words()
    {
        _folder.File("file", [1]);

        await Refuses(_folder["missing"], VhdxErrorKind.Io, "can't be opened: No such file or directory");
        await Refuses(_folder["file/below"], VhdxErrorKind.Io, "can't be opened: Not a directory");
        await Refuses(_folder[new string('a', 256)], VhdxErrorKind.Io, "can't be opened: File name too long");
        await Refuses(new string('/', 5000), VhdxErrorKind.Io, "can't be opened: File name too long");
        await Refuses("", VhdxErrorKind.Io, "can't be opened: No such file or directory");
        await Refuses("/dev/fd/99999999", VhdxErrorKind.Io, "can't be opened: No such file or directory");
        await Refuses("/dev/fd/99999999999999999999", VhdxErrorKind.Io, "can't be opened: No such file or directory");
    }

    [Fact]
    public async Task A_nul_in_a_name_does_not_cut_it_short()
    {
        _folder.File("file", [1]);

        await Refuses(_folder["file\0.vhdx"], VhdxErrorKind.Io, "the name holds a NUL character");
    }

    [NeedsFact(NeedsFactAttribute.Root)]
    public void What_we_may_not_read_is_said_in_words()
    {
        string path = _folder.File("image", [1]);
        Tool.Run("chmod", "0400", path);
        using LinuxFile readable = LinuxFile.OpenRead(path, new FileOpenOptions());

        OnOwnThread.AsNobody(() =>
        {
            var error = Assert.Throws<VhdxException>(
                () => LinuxFile.OpenRead(path, new FileOpenOptions { AllowAccessTimeUpdate = true }));
            Assert.Equal(VhdxErrorKind.Io, error.Kind);

            // The process is root's, so the cure is one for a root that lacks the right.
            Assert.StartsWith(
                $"{path}: can't be opened: Permission denied (in a container: --cap-add DAC_READ_SEARCH", error.Message,
                StringComparison.Ordinal);
        });
    }

    [NeedsFact(NeedsFactAttribute.Root, NeedsFactAttribute.OwnMounts)]
    public void Without_proc_the_reason_is_named() => OnOwnThread.WithOwnMounts(() =>
    {
        string path = _folder.File("image", [1]);
        Tool.Run("mount", "-t", "tmpfs", "none", "/proc");

        var error = Assert.Throws<VhdxException>(() => LinuxFile.OpenRead(path, new FileOpenOptions()));
        Assert.Equal(VhdxErrorKind.Io, error.Kind);
        Assert.Contains("/proc is not mounted", error.Message, StringComparison.Ordinal);
    });

    private static async Task Refuses(string path, VhdxErrorKind kind, string text)
    {
        Task<VhdxException> opening = Task.Run(
            () => Assert.Throws<VhdxException>(() => LinuxFile.OpenRead(path, new FileOpenOptions())));
        VhdxException error = await opening.WaitAsync(Patience);

        Assert.Equal(kind, error.Kind);
        Assert.Equal(path, error.ImagePath);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
