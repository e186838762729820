using VhdxFuse.Fuse.Mounting;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounting;

public sealed class MountTableTests
{
    private const string Table = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        40 22 0:36 / /mnt/a rw,nosuid - fuse.vhdxfuse /images/a.vhdx rw,user_id=0
        41 22 0:37 / /mnt/with\040blank,\134\011tab rw - fuse x rw
        42 22 0:38 / /mnt/a rw - tmpfs tmpfs rw

        """;

    [Theory]
    [InlineData("/", "254:0")]
    [InlineData("/mnt/with blank,\\\ttab", "0:37")]
    [InlineData("/mnt/a", "0:38")] // the topmost
    [InlineData("/mnt", null)]
    [InlineData("/mnt/ab", null)]
    public void The_device_at_a_mount_point_is_found(string path, string? device) =>
        Assert.Equal(device, MountTable.DeviceAt(path, Table));

    [Theory]
    [InlineData("")]
    [InlineData("garbage\n1 2 3\n")]
    [InlineData("1 2 0:1 / /a\\04\n")]
    public void A_strange_table_has_nothing(string table) => Assert.Null(MountTable.DeviceAt("/a", table));
}
