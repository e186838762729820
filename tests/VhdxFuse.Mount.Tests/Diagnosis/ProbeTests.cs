using System;
using System.IO;
using System.Linq;
using VhdxFuse.Diagnosis;
using VhdxFuse.Support;
using VhdxFuse.Vhdx.Images;
using Xunit;

namespace VhdxFuse.Mount.Tests.Diagnosis;

/// <summary>From the text of a machine's files to facts, whatever the text.</summary>
public sealed class ProbeTests
{
    private const string Table =
        """
        21 1 0:20 / / rw,relatime shared:1 - ext4 /dev/vda rw
        22 21 0:21 / /mnt/a\040b ro,nosuid,nodev - fuse.vhdxfuse /evidence/a\134b.vhdx ro,user_id=1000,group_id=0
        23 21 0:22 / /mnt ro,noatime master:5 - xfs /dev/vdb ro
        a line that is none
        24 21 0:23 / /cut rw -
        25 21 0:24
        """;

    [Theory]
    [InlineData(
        "Uid:\t7\t1000\t0\t0\nCapEff:\t0000000000200004\nCapBnd:\t0000000000200000\nNoNewPrivs:\t1\nSeccomp:\t2\n",
        true)]
    [InlineData("", false)]
    [InlineData("Uid:\nCapEff:\n", false)]
    [InlineData("Uid:\t1\t2\nCapEff:\tnonsense\n", false)]
    [InlineData("Uid:\t1\tx\nCapEff:\t0\n", false)]
    [InlineData(null, false)]
    public void The_status_of_a_process_tells_its_user_and_rights(string? text, bool isOne)
    {
        var status = ProcessStatus.Parse(text);
        Assert.Equal(isOne, status is not null);
        if (status is not null)
        {
            Assert.Equal((1000L, false, true), (status.UserId, status.IsRoot, status.NoNewPrivileges));
            Assert.True(status.IsFiltered);
            Assert.True(status.Has(Capability.SysAdmin));
            Assert.True(status.Has(Capability.DacReadSearch));
            Assert.False(status.Has(Capability.Owner));
            Assert.False(status.MayGet(Capability.DacReadSearch));
        }
    }

    [Fact]
    public void The_mount_table_is_read_line_by_line_and_what_is_no_mount_is_left_out()
    {
        MountEntry[] mounts = [.. MountEntry.ParseAll(Table)];
        Assert.Equal(["/", "/mnt/a b", "/mnt"], mounts.Select(mount => mount.Point), StringComparer.Ordinal);
        Assert.Equal([true, false, false], mounts.Select(mount => mount.IsShared));
        Assert.Equal([false, true, false], mounts.Select(mount => mount.IsFuse));
        Assert.Equal([false, true, true], mounts.Select(mount => mount.IsReadOnly));
        Assert.Equal(@"/evidence/a\b.vhdx", mounts[1].Source);
        Assert.True(mounts[1].HasOption("user_id=1000"));
        Assert.False(mounts[1].HasOption("user_id=100"));
        Assert.Empty(MountEntry.ParseAll(null));
    }

    [Theory]
    [InlineData("/mnt/a b/x", "/mnt/a b")]
    [InlineData("/mnt/a", "/mnt")]
    [InlineData("/mnt", "/mnt")]
    [InlineData("/mntx", "/")]
    public void A_path_lies_on_the_deepest_mount_above_it(string path, string point) =>
        Assert.Equal(point, MountEntry.Holding(MountEntry.ParseAll(Table), path)?.Point);

    [Theory]
    [InlineData("# user_allow_other\n", false, 1000)]
    [InlineData("user_allow_other # yes\nmount_max = 5\n", true, 5)]
    [InlineData("user_allow_others\nmount_max=many\n", false, 1000)]
    [InlineData(null, false, 1000)]
    public void The_configuration_of_fusermount_is_read_as_fusermount_does(string? text, bool others, long most) =>
        Assert.Equal(new FuseConfiguration(others, most), FuseConfiguration.Parse(text));

    [Theory]
    [InlineData("nodev\tsysfs\nnodev\tfuse\n\tfuseblk\n", true)]
    [InlineData("nodev\tsysfs\n\tfuseblk\nnodev\tfusectl\n", false)]
    [InlineData(null, null)]
    public void The_kernel_lists_fuse_or_not(string? text, bool? knows) =>
        Assert.Equal(knows, MachineFacts.KnowsFuseIn(text));

    [Theory]
    [InlineData("/.dockerenv", "", "docker")]
    [InlineData("/run/.containerenv", "", "podman")]
    [InlineData("/run/systemd/container", "lxc\n", "lxc")]
    [InlineData("/proc/1/cgroup", "0::/kubepods.slice/x\n", "kubernetes")]
    [InlineData("/proc/1/cgroup", "12:cpu:/docker/0123\n", "docker")]
    [InlineData("/proc/1/cgroup", "0::/init.scope\n", null)]
    [InlineData("/proc/1/environ", "A=b\0container=systemd-nspawn\0", "systemd-nspawn")]
    [InlineData("/proc/1/environ", "container=\u001b[31m\0", "31m")]
    public void A_container_is_known_by_what_it_leaves(string file, string text, string? name)
    {
        using var root = new ScratchFolder();
        Put(root, file, text);
        Assert.Equal(name, Container.Find(new MachineFiles(root.Path)));
    }

    [Fact]
    public void A_machine_that_hides_everything_is_no_fault()
    {
        using var root = new ScratchFolder();
        MachineFacts facts = MachineFacts.Gather(
            new MachineFiles(root.Path), "/bin::relative:/usr/bin", new Version(6, 1), null);
        Assert.Null(facts.Status);
        Assert.Null(facts.FusermountPath);
        Assert.Null(facts.MostOpenFiles);
        Assert.Empty(facts.Mounts);
    }

    [Fact]
    public void Facts_are_gathered_from_the_files_of_a_machine()
    {
        using var root = new ScratchFolder();
        Put(root, "/proc/self/limits", "Limit    Soft Limit\nMax open files            1024            4096  files\n");
        Put(root, "/proc/meminfo", "MemTotal: 9 kB\nMemAvailable:     2048 kB\n");
        Put(root, "/proc/self/attr/current", "docker-default (enforce)\n");
        Put(root, "/proc/sys/user/max_user_namespaces", "100\n");
        Put(root, "/usr/bin/fusermount3", "");
        File.SetUnixFileMode(root.Path + "/usr/bin/fusermount3", UnixFileMode.SetUser | UnixFileMode.UserRead);
        MachineFacts facts = MachineFacts.Gather(
            new MachineFiles(root.Path), "/bin:/usr/bin", new Version(6, 1), null);
        Assert.Equal((1024L, 2048L, 100L), (facts.MostOpenFiles, facts.AvailableMemoryKiB, facts.MostUserNamespaces));
        Assert.Equal("docker-default (enforce)", facts.SecurityLabel);
        Assert.Equal("/usr/bin/fusermount3", facts.FusermountPath);
        Assert.True(facts.FusermountMode?.HasFlag(UnixFileMode.SetUser));
    }

    [Theory]
    [InlineData("lock:\t1: OFDLCK ADVISORY  READ -1 fe:00:347316 100 101", true)]
    [InlineData("pos:\t0\nlock:\t1: POSIX  ADVISORY  WRITE 5 fe:00:347316 0 EOF\n", true)]
    [InlineData("lock:\t1: OFDLCK ADVISORY  READ -1 fe:00:3473160 100 101", false)]
    [InlineData("pos:\t0\nino:\tfe:00:347316 \n", false)]
    public void A_lock_is_known_by_the_file_it_is_on(string text, bool names) =>
        Assert.Equal(names, LockHolders.NamesLockOn(text, "fe:00:347316"));

    [Fact]
    public void The_processes_that_hold_a_lock_are_named_but_not_this_one()
    {
        using var root = new ScratchFolder();
        foreach (string process in (string[])["12", "34", "56", "self"])
        {
            Put(root, $"/proc/{process}/fdinfo/3", "pos:\t0\n");
            Put(root, $"/proc/{process}/fdinfo/4", "lock:\t1: OFDLCK ADVISORY  READ -1 08:11:99 100 100\n");
        }

        Put(root, "/proc/34/comm", "qemu\u001b-img\n");
        Put(root, "/proc/56/fdinfo/4", "lock:\t1: OFDLCK ADVISORY  READ -1 08:11:98 100 100\n");
        var facts = new FileFacts
        {
            LengthBytes = 1,
            Mode = 0,
            UserId = 0,
            Inode = 99,
            DeviceMajor = 8,
            DeviceMinor = 0x11,
            Modified = default,
            StatusChanged = default,
            Accessed = default,
            Born = null,
        };
        Assert.Equal(
            [@"process 34 (qemu\u001b-img)"],
            LockHolders.Of(new MachineFiles(root.Path), facts, self: 12),
            StringComparer.Ordinal);
    }

    private static void Put(ScratchFolder root, string path, string text)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(root.Path + path)!);
        File.WriteAllText(root.Path + path, text);
    }
}
