using System;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

public sealed class BlockDeviceTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NeedsFact(NeedsFactAttribute.Root, "losetup", "/dev/loop-control")]
    public void A_block_device_is_an_image_but_never_a_parent()
    {
        byte[] content = new byte[64 * Units.KiB];
        content[512] = 7;
        string device = Tool.Run("losetup", "--find", "--show", "--read-only", _folder.File("image", content));
        try
        {
            Tool.Run("mknod", _folder["node"], "b", "7", device["/dev/loop".Length..]);
            using LinuxFile file = LinuxFile.OpenRead(device, new FileOpenOptions());
            using LinuxFile otherNode = LinuxFile.OpenRead(_folder["node"], new FileOpenOptions());
            byte[] target = new byte[1024];

            Assert.Equal(content.Length, file.LengthBytes);
            Assert.Equal(content.Length, file.Facts.LengthBytes);
            Assert.Equal(1024, file.Read(new FileOffset(0), target));
            Assert.Equal(7, target[512]);
            Assert.Equal(new FileOffset(512), file.NextData(new FileOffset(512)));
            Assert.Equal(file.Identity, otherNode.Identity);

            var error = Assert.Throws<VhdxException>(
                () => new LinuxParentSource(new FileOpenOptions()).Open(device));
            Assert.Equal(VhdxErrorKind.NotVhdx, error.Kind);
            Assert.Contains("is a block device; an image is a regular file", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Tool.Run("losetup", "--detach", device);
        }
    }

    // The mapping is laid anew whenever so much has been handed out that its page tables would grow.
    [NeedsFact(NeedsFactAttribute.Root, "losetup", "/dev/loop-control")]
    public unsafe void What_the_page_cache_holds_lies_in_memory_and_goes_on_to_when_the_mapping_is_laid_anew()
    {
        byte[] content = new byte[1 * Units.MiB];
        new Random(1).NextBytes(content);
        string device = Tool.Run("losetup", "--find", "--show", "--read-only", _folder.File("image", content));
        try
        {
            using LinuxFile file = LinuxFile.OpenRead(device, new FileOpenOptions());
            byte[] cached = new byte[content.Length];
            Assert.Equal(content.Length, file.Read(default, cached));
            for (int i = 0; i < 300; i++)
            {
                int at = i * 512;
                nint address = file.Locate(new FileOffset(at), 512 * Units.KiB);
                Assert.NotEqual(0, address);
                var there = new ReadOnlySpan<byte>((void*)address, 512 * Units.KiB);
                Assert.True(content.AsSpan(at, 512 * Units.KiB).SequenceEqual(there));
            }

            Assert.Equal(0, file.Locate(default, 4096)); // not worth the page faults
            Assert.True(file.TryReadCached(new FileOffset(7), cached.AsSpan(0, 1000)));
            Assert.Equal(content[7..1007], cached[..1000]);
            Assert.False(file.TryReadCached(new FileOffset(content.Length - 10), cached.AsSpan(0, 11)));
        }
        finally
        {
            Tool.Run("losetup", "--detach", device);
        }
    }

    // A look through a mapping at a hole on tmpfs gives it a page: the evidence would take more space than before.
    [Fact]
    public void On_tmpfs_nothing_is_mapped()
    {
        string shared = "/dev/shm";
        bool isTmpfs = System.IO.Directory.Exists(shared)
            && Tool.Run("stat", "-f", "-c", "%T", shared).Trim() is "tmpfs";
        using var folder = isTmpfs ? new TestFolder(shared) : new TestFolder();
        string path = folder.File("image", new byte[1]);
        Tool.Run("truncate", "-s", "8M", path);
        string before = Tool.Run("stat", "-c", "%b", path);
        using (LinuxFile file = LinuxFile.OpenRead(path, new FileOpenOptions()))
        {
            Assert.True(!isTmpfs || file.Locate(new FileOffset(1 * Units.MiB), 512 * Units.KiB) == 0);
            byte[] target = new byte[512 * Units.KiB];
            Assert.Equal(target.Length, file.Read(new FileOffset(1 * Units.MiB), target));
            _ = file.TryReadCached(new FileOffset(2 * Units.MiB), target);
        }

        Assert.Equal(before, Tool.Run("stat", "-c", "%b", path));
    }

    [NeedsFact(NeedsFactAttribute.Root, "losetup", "/dev/loop-control")]
    public void A_block_device_that_is_written_is_cut_and_lengthened_within_its_capacity()
    {
        const int capacity = 1 * Units.MiB;
        byte[] content = new byte[capacity];
        Array.Fill(content, (byte)9);
        string device = Tool.Run("losetup", "--find", "--show", _folder.File("image", content));
        try
        {
            using LinuxFile file = LinuxFile.OpenWrite(device, new FileOpenOptions());
            Assert.Equal(LockState.Held, file.LockState);
            Assert.False(file.HidesOldBlocks);
            file.Allocate(default, capacity);
            file.Write(new FileOffset(512), [1, 2, 3]);
            file.SetLength(1000);
            Assert.Equal(1000, file.LengthBytes);
            file.SetLength(2000);
            file.Write(new FileOffset(4000), [4]);
            file.Flush();

            byte[] target = new byte[5000];
            Assert.Equal(4001, file.Read(default, target));
            Assert.Equal([1, 2, 3, 9], target[512..516]);
            Assert.Equal(-1, target.AsSpan(1000, 3000).IndexOfAnyExcept((byte)0));
            Assert.Equal(4, target[4000]);

            var error = Assert.Throws<VhdxException>(() => file.SetLength(capacity + 1));
            Assert.Equal(VhdxErrorKind.NoSpace, error.Kind);
            error = Assert.Throws<VhdxException>(() => file.Write(new FileOffset(capacity - 1), [1, 2]));
            Assert.Equal(VhdxErrorKind.NoSpace, error.Kind);
        }
        finally
        {
            Tool.Run("losetup", "--detach", device);
        }
    }

    [NeedsFact(NeedsFactAttribute.Root, "losetup", "mkfs.ext4", "/dev/loop-control")]
    public void A_mounted_block_device_is_not_opened_for_writing() => OnOwnThread.WithOwnMounts(() =>
    {
        string image = _folder.File("image", new byte[8 * Units.MiB]);
        Tool.Run("mkfs.ext4", "-q", image);
        string device = Tool.Run("losetup", "--find", "--show", image);
        try
        {
            Tool.Run("mount", device, _folder.Folder("mount"));
            var error = Assert.Throws<VhdxException>(() => LinuxFile.OpenWrite(device, new FileOpenOptions()));
            Assert.Equal(VhdxErrorKind.Io, error.Kind);
            Assert.Contains("the device is mounted or otherwise in use", error.Message, StringComparison.Ordinal);
            Tool.Run("umount", device);
        }
        finally
        {
            Tool.Run("losetup", "--detach", device);
        }
    });
}
