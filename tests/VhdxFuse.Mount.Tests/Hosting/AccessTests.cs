using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>Who may mount for whom, and what a mount leaves behind that is killed.</summary>
public sealed class AccessTests
{
    // /dev/fuse and fuse.conf as they are on a desktop, whatever they are here.
    private const string AsNobody =
        """
        chmod 777 . mnt && chmod 644 disk.vhdx && chown nobody mnt disk.vhdx
        unshare -m sh -c '
          mkdir -p conf dev && mount -t tmpfs none conf
          mknod conf/fuse c 10 229 && chmod 666 conf/fuse && mount --bind conf/fuse /dev/fuse
          echo "# nothing" > conf/fuse.conf
          mount --bind conf/fuse.conf /etc/fuse.conf
          exec setpriv --reuid=65534 --regid=65534 --clear-groups '"$VHDXFUSE -o allow_other $IMAGE $MNT"
        """;

    [ProgramFact(Need.Fuse | Need.Root, "unshare", "setpriv", "fusermount3", "mknod")]
    public async Task Who_may_not_allow_others_is_told_what_to_do_in_one_line()
    {
        await using var box = new Sandbox();
        Finished refused = await box.Shell(AsNobody);
        Assert.Equal(32, refused.ExitCode);
        Assert.Contains("add user_allow_other to /etc/fuse.conf", refused.OnlyLine, StringComparison.Ordinal);
    }

    [ProgramTheory(Need.Fuse | Need.Root, "fusermount3")]
    [InlineData("auto_unmount")]
    [InlineData("auto_unmount,allow_other")]
    public async Task With_auto_unmount_a_kill_leaves_no_dead_mount(string words)
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve("-o", words);
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
        await box.Signal(server, "KILL");
        await Eventually.True(() => !box.IsMounted, "the end of the mount");
        await box.Mount();
    }

    [ProgramFact(Need.Fuse | Need.Root, "fusermount3", "umount")]
    public async Task With_auto_unmount_the_program_ends_with_umount_all_the_same()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve("-o", "auto_unmount");
        await box.Succeed("umount", box.Point);
        Assert.Equal((0, ""), ((await server.End()).ExitCode, server.Error));
    }
}
