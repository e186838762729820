using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Commands;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>mount(8), fstab and umount(8), with the program in the place where they look for it.</summary>
public sealed class MountCallTests
{
    // In a mount namespace of its own the folder of helpers gets one more: over a list of links to what is in it.
    private const string WithHelper =
        """
        set -e
        sbin=$(readlink -f /sbin)
        mkdir real
        mount --bind "$sbin" real
        mount -t tmpfs none "$sbin"
        ln -s "$PWD"/real/* "$sbin"/
        ln -s "$VHDXFUSE" "$sbin/mount.fuse.vhdxfuse"
        line() { echo "$IMAGE $MNT fuse.vhdxfuse $1 0 0" > fstab; }
        shown() { awk -v m="$MNT" '$2 == m { print $1, $2, $3, substr($4, 1, 2); n++ } END { exit !n }' /proc/mounts; }

        """;

    [Theory]
    [InlineData("/i /m", "-- /i /m")]
    [InlineData("/i /m -o rw", "-o rw -- /i /m")]
    [InlineData("/i /m -n -v -o ro,uid=1 -t fuse.vhdxfuse", "-o ro,uid=1 -- /i /m")]
    [InlineData("/i /m -o ro -s", "-o sloppy -o ro -- /i /m")]
    [InlineData("/i /m -f -o rw", null)]
    public void What_mount_hands_over_is_translated(string given, string? expected)
    {
        string[]? arguments = MountCall.Translate("/sbin/mount.fuse.vhdxfuse", given.Split(' '));
        Assert.Equal(expected, arguments is null ? null : string.Join(' ', arguments));
    }

    [Theory]
    [InlineData("/i")]
    [InlineData("/i /m -N /proc/1/ns/mnt")]
    [InlineData("/i /m -o")]
    public void What_can_not_be_done_is_a_usage_error(string given) => Assert.Equal(
        ExitCode.Usage,
        Assert.Throws<ProgramException>(() => MountCall.Translate(MountCall.Name, given.Split(' '))).Exit);

    [Fact]
    public void Under_any_other_name_nothing_is_translated()
    {
        string[] arguments = ["/i", "/m", "-f"];
        Assert.Same(arguments, MountCall.Translate("/usr/bin/vhdxfuse", arguments));
    }

    [ProgramFact(Need.Fuse | Need.Root, "unshare", "mount", "umount")]
    public async Task Mount_makes_it_read_only_and_umount_takes_it_away()
    {
        await using var box = new Sandbox();
        byte[] before = await File.ReadAllBytesAsync(box.Image);
        DateTime modified = File.GetLastWriteTimeUtc(box.Image);
        await Runs(
            box,
            """
            mount -t fuse.vhdxfuse disk.vhdx mnt
            shown
            cmp -n 8388608 mnt/disk.raw expected.raw && echo same
            if echo x 2>&- 1<>mnt/disk.raw; then echo written; fi
            umount mnt
            shown || echo gone
            mount -f -t fuse.vhdxfuse disk.vhdx mnt
            shown || echo nothing
            mount -t fuse.vhdxfuse -o nonsense disk.vhdx mnt 2>&1 || echo failed
            mount -s -t fuse.vhdxfuse -o nonsense,ro disk.vhdx mnt
            shown
            umount mnt
            """,
            $"""
            {box.Image} {box.Point} fuse.vhdxfuse ro
            same
            gone
            nothing
            vhdxfuse: -o: unknown word 'nonsense' (vhdxfuse --help shows the options)
            failed
            {box.Image} {box.Point} fuse.vhdxfuse ro

            """);
        Assert.Equal(before, await File.ReadAllBytesAsync(box.Image));
        Assert.Equal(modified, File.GetLastWriteTimeUtc(box.Image));
    }

    [ProgramFact(Need.Fuse | Need.Root, "unshare", "mount", "umount")]
    public async Task A_line_of_fstab_says_who_may_read_and_whether_it_may_be_written()
    {
        await using var box = new Sandbox();
        await Runs(
            box,
            """
            line defaults,nofail,x-systemd.automount,user,uid=1234,gid=56,umask=077,allow_other
            mount -T fstab mnt
            shown
            stat -c '%u %g %a' mnt/disk.raw
            umount mnt
            line rw,noauto
            mount -T fstab mnt
            shown
            umount mnt
            line vhdxfuse.rw,noauto
            mount -T fstab mnt
            shown
            umount mnt
            mount -T fstab -o ro mnt
            shown
            umount mnt
            line 'overlay=a\,b.vhdx'
            mount -T fstab -a
            shown
            umount mnt
            ls a*
            """,
            $"""
            {box.Image} {box.Point} fuse.vhdxfuse ro
            1234 56 400
            {box.Image} {box.Point} fuse.vhdxfuse ro
            {box.Image} {box.Point} fuse.vhdxfuse rw
            {box.Image} {box.Point} fuse.vhdxfuse ro
            {box.Image} {box.Point} fuse.vhdxfuse rw
            a,b.vhdx

            """);
    }

    /// <summary>Where our own helper isn't installed, libfuse's finds the program on the PATH.</summary>
    [ProgramFact(Need.Fuse | Need.Root, "mount.fuse3", "umount")]
    public async Task The_helper_of_libfuse_mounts_it_too()
    {
        await using var box = new Sandbox();
        Finished mount = await box.Shell(
            "PATH=$(dirname $VHDXFUSE):$PATH mount.fuse3 vhdxfuse#$IMAGE $MNT -o rw,nofail,uid=7");
        Assert.Equal((0, ""), (mount.ExitCode, mount.Error));
        Assert.Equal(("fuse.vhdxfuse", "ro"), (box.MountLine![2], box.MountLine[3].Split(',')[0]));
        await box.Succeed("umount", box.Point);
    }

    private static async Task Runs(Sandbox box, string script, string output)
    {
        await File.WriteAllBytesAsync(box.PathOf("expected.raw"), Sandbox.DiskBytes);
        await File.WriteAllTextAsync(box.PathOf("script"), WithHelper + script);
        Finished run = await box.Shell("exec unshare -m bash script");
        Assert.Equal((output, 0, ""), (run.Output, run.ExitCode, run.Error));
    }
}
