using System;
using VhdxFuse.Fuse.Interop;
using VhdxFuse.Fuse.Mounting;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounting;

public sealed class MountWordsTests
{
    private static readonly MountPoint Folder = new("/mnt", FuseFileType.Directory);
    private static readonly MountPoint File = new("/mnt/file", FuseFileType.RegularFile);

    [Fact]
    public void The_data_of_mount_names_descriptor_root_and_owner_and_never_source_or_subtype()
    {
        var options = new MountOptions { Source = "/a", Subtype = "vhdxfuse", ReadOnly = true };
        string owner = $"user_id={LibC.UserId()},group_id={LibC.GroupId()}";
        Assert.Equal($"fd=5,rootmode=40000,{owner},default_permissions", MountWords.DataOf(options, 5, Folder));
        Assert.Equal($"fd=6,rootmode=100000,{owner},default_permissions", MountWords.DataOf(options, 6, File));
        Assert.Equal("fuse.vhdxfuse", MountWords.TypeOf(options));
        Assert.Equal("fuse", MountWords.TypeOf(new MountOptions()));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Letting_others_in_always_comes_with_default_permissions(bool allowOther, bool allowRoot)
    {
        var options = new MountOptions { AllowOther = allowOther, AllowRoot = allowRoot };
        const string end = ",default_permissions,allow_other";
        Assert.EndsWith(end, MountWords.DataOf(options, 5, Folder), StringComparison.Ordinal);
        Assert.EndsWith(end, MountWords.ForFusermount(options), StringComparison.Ordinal);
    }

    [Fact]
    public void Flags_are_words_for_fusermount3_and_bits_for_mount()
    {
        var options = new MountOptions { ReadOnly = false, Extra = ["noexec", "noatime", "max_read=4096"] };
        Assert.Equal(
            MountFlags.NoSuid | MountFlags.NoDev | MountFlags.NoExec | MountFlags.NoAtime, MountWords.FlagsOf(options));
        Assert.EndsWith(
            ",default_permissions,max_read=4096", MountWords.DataOf(options, 5, Folder), StringComparison.Ordinal);
        Assert.Equal(
            "rw,nosuid,nodev,fsname=fuse,default_permissions,noexec,noatime,max_read=4096",
            MountWords.ForFusermount(options));
        Assert.Equal(7, (int)MountWords.FlagsOf(new MountOptions()));
    }

    [Fact]
    public void Commas_and_backslashes_of_the_source_are_escaped_for_fusermount3()
    {
        var options = new MountOptions { Source = @"a,b\c", Subtype = "vhdxfuse", AutoUnmount = true };
        Assert.Equal(
            @"ro,nosuid,nodev,fsname=a\,b\\c,subtype=vhdxfuse,auto_unmount,default_permissions",
            MountWords.ForFusermount(options));
    }

    [Theory]
    [InlineData("a,user_id=0")]
    [InlineData("a\\")]
    [InlineData("a\0")]
    [InlineData("")]
    public void An_extra_option_is_one_word(string word) => Refused(new MountOptions { Extra = [word] });

    [Theory]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("é")]
    public void A_subtype_is_plain(string subtype) => Refused(new MountOptions { Subtype = subtype });

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Refused(new MountOptions { Threads = 0 });
        Refused(new MountOptions { Threads = 65 });
        Refused(new MountOptions { MaxPages = 0 });
        Refused(new MountOptions { MaxPages = 65536 });
        Refused(new MountOptions { Source = "a\0b" });
        MountWords.Check(new MountOptions { Threads = 1, MaxPages = 65535, Extra = ["noexec"], Subtype = "a-b_C1" });
    }

    private static void Refused(MountOptions options) => Assert.Equal(
        FuseFailure.Options, Assert.Throws<FuseException>(() => MountWords.Check(options)).Failure);
}
