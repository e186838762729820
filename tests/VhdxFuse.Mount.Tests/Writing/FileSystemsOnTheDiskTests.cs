using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>File systems made, filled, trimmed and unmounted on a loop device over disk.raw, and judged by their own
/// check afterwards, also after the image was closed and opened again.</summary>
[Collection(AloneOnTheDisk.Name)]
public sealed class FileSystemsOnTheDiskTests
{
    private const int MiB = Sandbox.MiB;

    [ProgramFact(Need.Fuse | Need.Root, "losetup", "mkfs.ext4", "e2fsck", "qemu-img")]
    public Task Ext4() => Lives("mkfs.ext4 -q", "e2fsck -f -n");

    [ProgramFact(Need.Fuse | Need.Root, "losetup", "mkfs.xfs", "xfs_repair", "qemu-img")]
    public Task Xfs() => Lives("mkfs.xfs -q", "xfs_repair -n");

    [ProgramFact(Need.Fuse | Need.Root, "losetup", "mkfs.btrfs", "btrfs", "qemu-img")]
    public Task Btrfs() => Lives("mkfs.btrfs -q", "btrfs check --readonly");

    private static async Task Lives(string make, string check)
    {
        await using var box = new Sandbox();
        box.Refill(512 * MiB, blockBytes: 2 * MiB);
        string inner = Directory.CreateDirectory(box.PathOf("inner")).FullName;
        await using (Child server = await box.Serve("--rw"))
        {
            box.Expect(
                $"set -e; device=$(losetup --show -f $MNT/disk.raw); trap 'umount {inner}; losetup -d $device' EXIT; "
                + $"{make} $device; mount -o discard $device {inner}; mkdir {inner}/a; "
                + $"for i in $(seq 40); do head -c ${{i}}0000 /dev/urandom > {inner}/a/$i; done; "
                + $"rm {inner}/a/1*; sync -f {inner}; (cd {inner}/a && sha256sum *) > sums; fstrim {inner}");
            box.Expect($"sleep 0.2; {check} $MNT/disk.raw");
            await box.End(server);
        }

        _ = ToolRun.Expect("qemu-img", "check", box.Image);
        await using (Child server = await box.Serve("--rw"))
        {
            box.Expect(
                $"set -e; device=$(losetup --show -f $MNT/disk.raw); trap 'umount {inner}; losetup -d $device' EXIT; "
                + $"{check} $device; mount $device {inner}; (cd {inner}/a && sha256sum --quiet -c) < sums");
            await box.End(server);
        }

        _ = ToolRun.Expect("qemu-img", "check", box.Image);
    }
}
