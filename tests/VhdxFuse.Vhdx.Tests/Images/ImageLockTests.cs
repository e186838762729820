using System;
using System.Diagnostics;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

/// <summary>The locks against the program that set their meaning.</summary>
public sealed class ImageLockTests : IDisposable
{
    private static readonly FileOpenOptions Options = new();
    private static readonly FileOpenOptions ForceShare = new() { ForceShare = true };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NeedsFact("qemu-io", "qemu-img")]
    public void An_image_that_a_virtual_machine_writes_to_is_refused()
    {
        string image = MakeImage();
        using Process writer = StartWriter(image);

        var error = Assert.Throws<VhdxException>(() => LinuxFile.OpenRead(image, Options));
        Assert.Equal(VhdxErrorKind.Locked, error.Kind);
        Assert.Contains("is held for writing by another process", error.Message, StringComparison.Ordinal);
        Assert.Contains("--force-share", error.Message, StringComparison.Ordinal);

        End(writer);
        using LinuxFile file = LinuxFile.OpenRead(image, Options);
        Assert.Equal(LockState.Held, file.LockState);
    }

    [NeedsFact("qemu-io", "qemu-img")]
    public void Force_share_opens_beside_a_writer_and_says_so()
    {
        string image = MakeImage();
        using Process writer = StartWriter(image);
        using LinuxFile file = LinuxFile.OpenRead(image, ForceShare);

        Assert.Equal(LockState.SharedWithWriter, file.LockState);
        Assert.Equal(8, file.Read(new FileOffset(0), new byte[8]));
        End(writer);
    }

    [NeedsFact("qemu-io", "qemu-img")]
    public void While_we_read_no_writer_may_begin_and_every_reader_may()
    {
        string image = MakeImage();
        using LinuxFile file = LinuxFile.OpenRead(image, Options);
        using LinuxFile second = LinuxFile.OpenRead(image, Options);

        Assert.Equal(LockState.Held, second.LockState);
        (int exitCode, string output) = Tool.Try("qemu-io", "-f", "vhdx", "-c", "write 0 512", image);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("lock", output, StringComparison.Ordinal);
        Tool.Run("qemu-io", "-r", "-f", "vhdx", "-c", "read 0 512", image);
        Tool.Run("qemu-img", "info", image);
        Tool.Run("qemu-img", "compare", image, image);

        second.Dispose();
        Assert.NotEqual(0, Tool.Try("qemu-io", "-f", "vhdx", "-c", "write 0 512", image).ExitCode);
        file.Dispose();
        Tool.Run("qemu-io", "-f", "vhdx", "-c", "write 0 512", image);
    }

    [NeedsFact("qemu-io", "qemu-img")]
    public void Force_share_hinders_no_writer()
    {
        string image = MakeImage();
        using LinuxFile file = LinuxFile.OpenRead(image, ForceShare);

        Assert.Equal(LockState.Shared, file.LockState);
        Tool.Run("qemu-io", "-f", "vhdx", "-c", "write 0 512", image);
    }

    [NeedsFact("qemu-io", "qemu-img")]
    public void A_refusal_keeps_no_lock()
    {
        string image = MakeImage();
        using Process writer = StartWriter(image);
        Assert.Throws<VhdxException>(() => LinuxFile.OpenRead(image, Options));
        End(writer);

        Tool.Run("qemu-io", "-f", "vhdx", "-c", "write 0 512", image);
    }

    [NeedsFact("python3")]
    public void A_whole_file_locked_by_a_process_is_refused_and_the_process_named()
    {
        string image = _folder.File("image", [1]);
        using Process holder = Tool.Start(
            "python3",
            "-c",
            "import fcntl,sys; f=open(sys.argv[1],'r+b'); fcntl.lockf(f,fcntl.LOCK_EX); print('held',flush=True); "
            + "sys.stdin.read()",
            image);
        Assert.Equal("held", holder.StandardOutput.ReadLine());

        var error = Assert.Throws<VhdxException>(() => LinuxFile.OpenRead(image, Options));
        Assert.Equal(VhdxErrorKind.Locked, error.Kind);
        Assert.Contains($"(process {holder.Id} has locked byte 100", error.Message, StringComparison.Ordinal);
        using LinuxFile file = LinuxFile.OpenRead(image, ForceShare);
        Assert.Equal(LockState.SharedWithWriter, file.LockState);
        holder.StandardInput.Close();
        holder.WaitForExit();
    }

    [NeedsFact("qemu-io", "qemu-img")]
    public void An_image_that_a_virtual_machine_writes_to_is_not_opened_for_writing()
    {
        string image = MakeImage();
        using Process writer = StartWriter(image);

        AssertInUse(() => LinuxFile.OpenWrite(image, Options));

        End(writer);
        using LinuxFile file = LinuxFile.OpenWrite(image, Options);
        Assert.Equal(LockState.Held, file.LockState);
    }

    [NeedsFact("qemu-io", "qemu-img")]
    public void An_image_that_somebody_reads_is_not_opened_for_writing()
    {
        string image = MakeImage();
        using (Process reader = StartWriter(image, "-r"))
        {
            AssertInUse(() => LinuxFile.OpenWrite(image, Options));
            End(reader);
        }

        using LinuxFile ours = LinuxFile.OpenRead(image, Options);
        AssertInUse(() => LinuxFile.OpenWrite(image, Options));
    }

    [NeedsFact("qemu-io", "qemu-img")]
    public void While_we_write_nobody_may_write_or_read()
    {
        string image = MakeImage();
        using (LinuxFile file = LinuxFile.OpenWrite(image, Options))
        {
            foreach (string[] arguments in (string[][])[["-r", "-c", "read 0 512"], ["-c", "write 0 512"]])
            {
                (int exitCode, string output) = Tool.Try("qemu-io", ["-f", "vhdx", .. arguments, image]);
                Assert.NotEqual(0, exitCode);
                Assert.Contains("lock", output, StringComparison.Ordinal);
            }

            var error = Assert.Throws<VhdxException>(() => LinuxFile.OpenRead(image, Options));
            Assert.Equal(VhdxErrorKind.Locked, error.Kind);
            AssertInUse(() => LinuxFile.OpenWrite(image, Options));
            using LinuxFile beside = LinuxFile.OpenRead(image, ForceShare);
            Assert.Equal(LockState.SharedWithWriter, beside.LockState);
            Tool.Run("qemu-io", "-r", "-U", "-f", "vhdx", "-c", "read 0 512", image);
        }

        Tool.Run("qemu-io", "-f", "vhdx", "-c", "write 0 512", image);
    }

    [NeedsFact("qemu-io", "qemu-img")]
    public void A_refused_open_for_writing_keeps_no_lock()
    {
        string image = MakeImage();
        using (LinuxFile file = LinuxFile.OpenRead(image, Options))
        {
            AssertInUse(() => LinuxFile.OpenWrite(image, Options));
            Tool.Run("qemu-io", "-r", "-f", "vhdx", "-c", "read 0 512", image);
        }

        Tool.Run("qemu-io", "-f", "vhdx", "-c", "write 0 512", image);
    }

    [Fact]
    public void A_file_is_not_written_beside_other_writers() =>
        Assert.Throws<ArgumentException>(() => LinuxFile.OpenWrite(_folder.File("image", [1]), ForceShare));

    private static void AssertInUse(Action open)
    {
        var error = Assert.Throws<VhdxException>(open);
        Assert.Equal(VhdxErrorKind.Locked, error.Kind);
        Assert.Contains("is in use by another process (it has locked byte ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private string MakeImage()
    {
        Tool.Run("qemu-img", "create", "-q", "-f", "vhdx", _folder["image.vhdx"], "16M");
        return _folder["image.vhdx"];
    }

    /// <summary>Starts qemu-io and waits until it has the image open, for writing if nothing else is said: it answers
    /// then.</summary>
    private static Process StartWriter(string image, params string[] arguments)
    {
        Process writer = Tool.Start("qemu-io", [.. arguments, "-f", "vhdx", image]);
        writer.StandardInput.WriteLine("length");
        writer.StandardInput.Flush();
        string? answer = writer.StandardOutput.ReadLine();
        Assert.Contains("16 MiB", answer, StringComparison.Ordinal);
        return writer;
    }

    private static void End(Process writer)
    {
        writer.StandardInput.Close();
        writer.WaitForExit();
    }
}
