using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using VhdxFuse.Diagnosis;
using VhdxFuse.Fuse;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Diagnosis;

/// <summary>From facts to verdicts: what keeps a mount from working, and the cure that goes with it.</summary>
public sealed class MachineDoctorTests
{
    private const ulong SysAdmin = 1ul << 21;
    private const UnixFileMode SetUser = UnixFileMode.SetUser | UnixFileMode.UserExecute;

    /// <summary>A machine on which a user mounts through fusermount3.</summary>
    private static readonly MachineFacts User = new()
    {
        Kernel = new Version(6, 18),
        Status = new ProcessStatus(1000, 0, SysAdmin, NoNewPrivileges: false),
        Mounts = MountEntry.ParseAll("21 1 0:20 / / rw,relatime shared:1 - ext4 /dev/vda rw"),
        FusermountPath = "/usr/bin/fusermount3",
        FusermountMode = SetUser,
        Configuration = new FuseConfiguration(false, 1000),
        MostOpenFiles = 1024,
        AvailableMemoryKiB = 1 << 20,
    };

    private static readonly MachineFacts Root =
        User with { Status = new ProcessStatus(0, ulong.MaxValue, ulong.MaxValue, NoNewPrivileges: false) };

    /// <summary>Each machine that can't mount, and words of its cure.</summary>
    public static TheoryData<string, string> Cures() => new()
    {
        { "no device", "docker run --device /dev/fuse" },
        { "no module", "modprobe fuse" },
        { "no fusermount", "install the package fuse3" },
        { "no fusermount in a container", "docker run --cap-add SYS_ADMIN" },
        { "root without the right", "docker run --cap-add SYS_ADMIN" },
        { "barred from outside", "docker run --cap-add SYS_ADMIN" },
        { "no new privileges", "no_new_privs" },
        { "not setuid", "chmod u+s /usr/bin/fusermount3" },
        { "on nosuid", "mount -o remount,suid /" },
        { "too many mounts", "raise mount_max" },
        { "profile", "apparmor=unconfined" },
        { "no proc", "mount -t proc proc /proc" },
    };

    [Theory]
    [MemberData(nameof(Cures))]
    public void What_keeps_a_mount_from_working_is_named_with_its_cure(string machine, string cure)
    {
        Symptom bad = Assert.Single(BadOf(FactsOf(machine)));
        Assert.Contains(cure, bad.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_with_fusermount_and_root_can_mount()
    {
        Assert.Empty(BadOf(User));
        Assert.Empty(BadOf(Root));
        Assert.Empty(BadOf(Root with { FusermountPath = null, SecurityLabel = "docker-default (complain)" }));
    }

    [Fact]
    public void A_user_is_told_what_he_may_not_do()
    {
        string[] notes = [.. NotesOf(User with { MostOpenFiles = 64, AvailableMemoryKiB = 1024 })];
        Assert.Equal(
            ["allow_other", "other users' files", "access times", "open files", "memory"], notes,
            StringComparer.Ordinal);
        Assert.Empty(NotesOf(Root));
        MachineFacts guarded = Root with
        {
            FusermountPath = null,
            SecurityLabel = "system_u:system_r:container_t:s0",
            Status = Root.Status! with { IsFiltered = true },
        };
        Assert.Equal(["security label", "seccomp", "fusermount3"], NotesOf(guarded), StringComparer.Ordinal);
    }

    [Fact]
    public void Where_namespaces_may_be_made_they_are_offered()
    {
        Symptom bad = Assert.Single(BadOf(User with { FusermountPath = null, MostUserNamespaces = 9 }));
        Assert.EndsWith("unshare -Urm", bad.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mount_point_is_looked_at_for_being_there_for_rights_and_for_propagation()
    {
        using var folder = new ScratchFolder();
        string missing = folder.File("none");
        Assert.Equal(
            $"mkdir -p {missing}", Assert.Single(MountPointDoctor.Examine(missing, User, _ => true)).Cure);
        Assert.Equal(
            Verdict.Bad, Assert.Single(MountPointDoctor.Examine(folder.Path, User, _ => false)).Verdict);
        Assert.Equal(
            Verdict.Good, Assert.Single(MountPointDoctor.Examine(folder.Path, Root, _ => false)).Verdict);
        MachineFacts contained = Root with
        {
            Container = "docker",
            Mounts = MountEntry.ParseAll(
                $"21 1 0:20 / / rw - overlay overlay rw\n22 21 0:2 / {folder.Path} rw - xfs x rw"),
        };
        Assert.Equal(
            ["mount point", "mount point", "propagation"],
            MountPointDoctor.Examine(folder.Path, contained, _ => true).Select(symptom => symptom.Subject),
            StringComparer.Ordinal);
        MachineFacts dead = Root with
        {
            Mounts = MountEntry.ParseAll($"22 21 0:2 / {missing} rw - fuse.vhdxfuse x rw"),
        };
        Assert.Equal(
            $"fusermount3 -u {missing}", Assert.Single(MountPointDoctor.Examine(missing, dead, _ => true)).Cure);
    }

    [Theory]
    [InlineData(@"C:\VMs\base.vhdx", @"C:\VMs")]
    [InlineData(@"C:\base.vhdx", @"C:\")]
    [InlineData(@"\\?\C:\VMs\base.vhdx", @"C:\VMs")]
    [InlineData(@"\\?\Volume{1}\VMs\base.vhdx", @"\\?\Volume{1}\VMs")]
    [InlineData(@"\\server\share\base.vhdx", @"\\server\share")]
    [InlineData(@".\base.vhdx", null)]
    [InlineData("base.vhdx", null)]
    [InlineData(@"\\\", null)]
    [InlineData("", null)]
    public void The_folder_of_a_recorded_path_is_what_map_takes(string path, string? folder) =>
        Assert.Equal(folder, ImageDoctor.WindowsFolderOf(path));

    private static IEnumerable<Symptom> BadOf(MachineFacts facts) =>
        MachineDoctor.Examine(facts).Where(symptom => symptom.Verdict == Verdict.Bad);

    private static IEnumerable<string> NotesOf(MachineFacts facts) => MachineDoctor.Examine(facts)
        .Where(symptom => symptom.Verdict == Verdict.Note).Select(symptom => symptom.Subject);

    private static MachineFacts FactsOf(string machine) => machine switch
    {
        "no device" => Root with { Problem = Missing, Container = "docker", KnowsFuse = true },
        "no module" => Root with { Problem = Missing, KnowsFuse = false },
        "no fusermount" => User with { FusermountPath = null },
        "no fusermount in a container" => User with { FusermountPath = null, Container = "docker" },
        "root without the right" => User with
        {
            Status = new ProcessStatus(0, 0, 0, NoNewPrivileges: false),
            Container = "docker",
        },
        "barred from outside" => User with
        {
            Status = new ProcessStatus(1000, 0, 0, NoNewPrivileges: false),
            Container = "docker",
        },
        "no new privileges" => User with { Status = User.Status! with { NoNewPrivileges = true } },
        "not setuid" => User with { FusermountMode = UnixFileMode.UserExecute },
        "on nosuid" => User with { Mounts = MountEntry.ParseAll("21 1 0:20 / / rw,nosuid - ext4 /dev/vda rw") },
        "too many mounts" => User with
        {
            Configuration = new FuseConfiguration(false, 1),
            Mounts = MountEntry.ParseAll(
                "21 1 0:2 / / rw - ext4 x rw\n22 21 0:3 / /m rw - fuse.sshfs y rw,user_id=1000,group_id=0"),
        },
        "profile" => Root with { SecurityLabel = "docker-default (enforce)", Container = "docker" },
        "no proc" => Root with { Mounts = [] },
        _ => throw new ArgumentOutOfRangeException(nameof(machine), machine, "no such machine"),
    };

    private static FuseProblem Missing => new(FuseFailure.DeviceMissing, "/dev/fuse doesn't exist");
}
