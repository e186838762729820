using System;
using System.IO;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

/// <summary>
/// Evidence keeps its timestamps. Every access time is made old first, so that the next ordinary read changes it, and
/// NeedsFact has shown that in this folder it does; stat(1) is the judge.
/// </summary>
public sealed class LinuxFileTimestampTests : IDisposable
{
    private static readonly FileOpenOptions Options = new();
    private static readonly FileOpenOptions AtRisk = new() { AllowAccessTimeUpdate = true };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NeedsFact(NeedsFactAttribute.AccessTimes)]
    public void Reading_an_image_changes_nothing_about_it_and_leaves_nothing_beside_it()
    {
        string image = _folder.File("image", new byte[Units.MiB]);
        TestFolder.MakeAccessTimeOld(_folder.Path);
        (string imageBefore, string folderBefore) = (TestFolder.TimesOf(image), TestFolder.TimesOf(_folder.Path));

        using (LinuxFile file = LinuxFile.OpenRead(image, Options))
        {
            Assert.Equal(Units.MiB, file.Read(new FileOffset(0), new byte[Units.MiB]));
            _ = file.NextData(new FileOffset(0));
            Assert.Equal(AccessTimeGuard.OpenFlag, file.AccessTimeGuard);
            Assert.False(file.LinkFollowed);
            Assert.Equal(file.Facts, file.ReadFacts());
        }

        Assert.Equal(imageBefore, TestFolder.TimesOf(image));
        Assert.Equal(folderBefore, TestFolder.TimesOf(_folder.Path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [NeedsFact(NeedsFactAttribute.Root, NeedsFactAttribute.OwnMounts)]
    public void The_same_where_every_read_counts() => OnOwnThread.WithOwnMounts(() =>
    {
        string mount = _folder.Folder("mount");
        Tool.Run("mount", "-t", "tmpfs", "-o", "strictatime", "none", mount);
        File.WriteAllBytes($"{mount}/image", [1]);
        TestFolder.MakeAccessTimeOld(mount);
        (string imageBefore, string folderBefore) = (TestFolder.TimesOf($"{mount}/image"), TestFolder.TimesOf(mount));

        using (LinuxFile file = LinuxFile.OpenRead($"{mount}/image", Options))
        {
            Assert.Equal(1, file.Read(new FileOffset(0), new byte[4]));
            var source = new LinuxParentSource(Options);
            Assert.Equal($"{mount}/image", source.Find(source.FolderOf(file), ["IMAGE"]));
        }

        Assert.Equal(imageBefore, TestFolder.TimesOf($"{mount}/image"));
        Assert.Equal(folderBefore, TestFolder.TimesOf(mount));
        File.ReadAllBytes($"{mount}/image");
        Directory.GetFiles(mount);
        Assert.NotEqual(imageBefore, TestFolder.TimesOf($"{mount}/image"), StringComparer.Ordinal);
        Assert.NotEqual(folderBefore, TestFolder.TimesOf(mount), StringComparer.Ordinal);
    });

    [NeedsFact(NeedsFactAttribute.AccessTimes)]
    public void Searching_a_folder_by_listing_changes_nothing_about_it()
    {
        string child = _folder.File("child", [1]);
        string below = _folder.Folder("below");
        _folder.File("below/Parent", [1]);
        TestFolder.MakeAccessTimeOld(below);
        TestFolder.MakeAccessTimeOld(_folder.Path);
        (string belowBefore, string folderBefore) = (TestFolder.TimesOf(below), TestFolder.TimesOf(_folder.Path));
        string parentBefore = TestFolder.TimesOf(_folder["below/Parent"]);
        var source = new LinuxParentSource(Options);

        using (LinuxFile file = LinuxFile.OpenRead(child, Options))
        {
            string? found = source.Find(source.FolderOf(file), ["BELOW", "..", "Below", "PARENT"]);
            Assert.Equal(_folder["below/Parent"], found);
            using IImageFile parent = source.Open(found!);
            Assert.Equal(1, parent.Read(new FileOffset(0), new byte[1]));
        }

        Assert.Equal(belowBefore, TestFolder.TimesOf(below));
        Assert.Equal(folderBefore, TestFolder.TimesOf(_folder.Path));
        Assert.Equal(parentBefore, TestFolder.TimesOf(_folder["below/Parent"]));
        Directory.GetFiles(below);
        Assert.NotEqual(belowBefore, TestFolder.TimesOf(below), StringComparer.Ordinal);
    }

    [NeedsFact(NeedsFactAttribute.AccessTimes)]
    public void A_link_that_is_followed_changes_its_own_time_which_is_reported_and_the_image_keeps_its()
    {
        string image = _folder.File("image", [1]);
        Tool.Run("ln", "-s", "image", _folder["link"]);
        TestFolder.MakeAccessTimeOld(_folder["link"]);
        string linkBefore = TestFolder.TimesOf(_folder["link"]);
        string imageBefore = TestFolder.TimesOf(image);

        using (LinuxFile file = LinuxFile.OpenRead(_folder["link"], Options))
        {
            Assert.True(file.LinkFollowed);
            Assert.Equal(image, file.RealPath);
            file.Read(new FileOffset(0), new byte[1]);
        }

        Assert.Equal(imageBefore, TestFolder.TimesOf(image));

        // No wish of ours, but what Linux does: when this fails, the kernel has learnt better, and so may the report.
        Assert.NotEqual(linkBefore, TestFolder.TimesOf(_folder["link"]), StringComparer.Ordinal);
    }

    [NeedsFact(NeedsFactAttribute.Root)]
    public void Who_does_not_own_the_image_is_refused_unless_the_risk_is_allowed()
    {
        string image = OpenToAll("image");

        OnOwnThread.AsNobody(() =>
        {
            var error = Assert.Throws<VhdxException>(() => LinuxFile.OpenRead(image, Options));
            Assert.Equal(VhdxErrorKind.AccessTimeAtRisk, error.Kind);
            Assert.Contains("--allow-atime", error.Message, StringComparison.Ordinal);

            using LinuxFile file = LinuxFile.OpenRead(image, AtRisk);
            Assert.Equal(AccessTimeGuard.None, file.AccessTimeGuard);
            Assert.Equal(1, file.Read(new FileOffset(0), new byte[1]));
        });
    }

    [NeedsFact(NeedsFactAttribute.Root, NeedsFactAttribute.OwnMounts)]
    public void Who_does_not_own_the_image_may_read_where_no_access_times_are_kept()
    {
        OpenToAll("image");
        foreach (string option in (string[])["ro", "noatime"])
        {
            OnOwnThread.WithOwnMounts(() =>
            {
                Tool.Run("mount", "--bind", _folder.Path, _folder.Path);
                Tool.Run("mount", "-o", $"remount,bind,{option}", _folder.Path);
                string before = TestFolder.TimesOf(_folder["image"]);
                OnOwnThread.AsNobody(() =>
                {
                    using LinuxFile file = LinuxFile.OpenRead(_folder["image"], Options);
                    Assert.Equal(AccessTimeGuard.FileSystem, file.AccessTimeGuard);
                    Assert.Equal(LockState.Held, file.LockState);
                    Assert.Equal(1, file.Read(new FileOffset(0), new byte[1]));
                    var source = new LinuxParentSource(Options);
                    Assert.Equal(_folder["image"], source.Find(_folder.Path, ["IMAGE"]));
                });
                Assert.Equal(before, TestFolder.TimesOf(_folder["image"]));
            });
        }
    }

    [NeedsFact(NeedsFactAttribute.Root)]
    public void Who_does_not_own_a_folder_finds_exact_names_only_and_leaves_its_time_alone()
    {
        OpenToAll("image");
        TestFolder.MakeAccessTimeOld(_folder.Path);
        string before = TestFolder.TimesOf(_folder.Path);

        OnOwnThread.AsNobody(() =>
        {
            var source = new LinuxParentSource(Options);
            Assert.Equal(_folder["image"], source.Find(_folder.Path, ["image"]));
            Assert.Null(source.Find(_folder.Path, ["IMAGE"]));
        });
        Assert.Equal(before, TestFolder.TimesOf(_folder.Path));

        OnOwnThread.AsNobody(() =>
            Assert.Equal(_folder["image"], new LinuxParentSource(AtRisk).Find(_folder.Path, ["IMAGE"])));
    }

    private string OpenToAll(string name)
    {
        string image = _folder.File(name, [1]);
        Tool.Run("chmod", "0755", _folder.Path);
        Tool.Run("chmod", "0644", image);
        return image;
    }
}
