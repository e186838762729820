using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>doctor beside the mount: it ends as the mount would, and says why.</summary>
public sealed class DoctorCommandTests
{
    private const int ParentMissing = 4;
    private const int MountFailed = 32;

    [ProgramFact]
    public async Task Where_a_mount_works_it_says_so_and_touches_nothing()
    {
        await using var box = new Sandbox();
        (DateTime Written, DateTime Read) before = TimesOf(box);
        Finished doctor = await box.Run("doctor", box.Image, "--mount-point", box.Point);
        Assert.Equal((0, ""), (doctor.ExitCode, doctor.Error));
        Assert.Contains("good  /dev/fuse:", doctor.Output, StringComparison.Ordinal);
        Assert.EndsWith("A mount would work.\n", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(before, TimesOf(box));
        Assert.False(box.IsMounted);
        Assert.Equal(2, Directory.GetFileSystemEntries(box.Folder).Length);
        await box.Mount();
    }

    /// <summary>As in a container without the right: root, but not of what matters.</summary>
    [ProgramFact(Need.Fuse | Need.Root, "setpriv")]
    public async Task Without_the_right_to_mount_it_ends_as_the_mount_does_which_names_it()
    {
        await using var box = new Sandbox();
        const string bare = "setpriv --bounding-set -sys_admin --inh-caps -all $VHDXFUSE ";
        Finished mount = await box.Shell(bare + "$IMAGE $MNT");
        Assert.Equal(MountFailed, mount.ExitCode);
        Assert.Contains("vhdxfuse doctor", mount.OnlyLine, StringComparison.Ordinal);
        Finished doctor = await box.Shell(bare + "doctor --json");
        Assert.Equal(MountFailed, doctor.ExitCode);
        using var document = JsonDocument.Parse(doctor.Output);
        Assert.Equal(MountFailed, document.RootElement.GetProperty("exitCode").GetInt32());
        JsonElement bad = document.RootElement.GetProperty("symptoms").EnumerateArray()
            .Single(symptom => symptom.GetProperty("verdict").GetString() is "bad");
        Assert.Equal("right to mount", bad.GetProperty("subject").GetString());
        Finished missing = await box.Run("doctor", "--mount-point", box.PathOf("none"));
        Assert.Equal(MountFailed, missing.ExitCode);
        Assert.Contains($"cure: mkdir -p {box.PathOf("none")}", missing.Output, StringComparison.Ordinal);
    }

    [ProgramFact(Need.None)]
    public async Task A_missing_parent_is_told_path_by_path_with_the_option_that_helps()
    {
        await using var box = new Sandbox();
        string child = CreateChild(box);
        File.Delete(box.Image);
        Sandbox.Create(box.Image, new CreateOptions { DiskSizeBytes = Sandbox.DiskBytes.Length });
        Finished doctor = await box.Run("doctor", child);
        Assert.Equal(ParentMissing, doctor.ExitCode);
        Assert.Contains(
            @"cure: --map 'C:\Hyper-V\Disks=FOLDER', FOLDER being what it is here", doctor.Output,
            StringComparison.Ordinal);
        Assert.Contains($"{box.Image} is another image, with {{", doctor.Output, StringComparison.Ordinal);
        Finished json = await box.Run("doctor", "--json", "--parent-path", box.Point, child);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal(
            ["otherIdentity", "notFollowed", "notFound"],
            document.RootElement.GetProperty("parentCandidates").EnumerateArray()
                .Select(candidate => candidate.GetProperty("verdict").GetString()),
            StringComparer.Ordinal);
        Assert.Equal(ParentMissing, document.RootElement.GetProperty("exitCode").GetInt32());
    }

    [ProgramFact(Need.None)]
    public async Task Who_holds_an_image_is_found()
    {
        await using var box = new Sandbox();
        using (LinuxFile.OpenWrite(box.Image, new FileOpenOptions()))
        {
            Finished doctor = await box.Run("doctor", box.Image);
            Assert.Equal(2, doctor.ExitCode);
            Assert.Contains($"held by process {Environment.ProcessId} (", doctor.Output, StringComparison.Ordinal);
            Finished beside = await box.Run("doctor", "--force-share", box.Image);
            Assert.Contains(
                $"another program writes it: process {Environment.ProcessId} (", beside.Output,
                StringComparison.Ordinal);
        }
    }

    [ProgramFact(Need.None)]
    public async Task What_is_no_image_ends_as_a_mount_of_it_would()
    {
        await using var box = new Sandbox();
        string path = box.PathOf("empty\nfile");
        await File.WriteAllTextAsync(path, "");
        Finished doctor = await box.Run("doctor", path);
        Assert.Equal(2, doctor.ExitCode);
        Assert.Contains(@"BAD   image:               ", doctor.Output, StringComparison.Ordinal);
        Assert.Contains(@"empty\u000afile", doctor.Output, StringComparison.Ordinal);
    }

    private static (DateTime Written, DateTime Read) TimesOf(Sandbox box) =>
        (File.GetLastWriteTimeUtc(box.Image), File.GetLastAccessTimeUtc(box.Image));

    private static string CreateChild(Sandbox box)
    {
        string path = box.PathOf("child.avhdx");
        using VhdxImage parent =
            VhdxImage.Open(LinuxFile.OpenRead(box.Image, new FileOpenOptions()), new OpenOptions());
        var reference = new ParentReference(parent, @".\disk.vhdx", @"C:\Hyper-V\Disks\disk.vhdx");
        Sandbox.Create(path, new CreateOptions { Type = DiskType.Differencing, Parent = reference });
        return path;
    }
}
