using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Opening;

/// <summary>What the search for a parent tells of each place it looked at.</summary>
public sealed class ParentCandidateTests
{
    private static readonly Guid Wanted = new("bbbbbbbb-0000-4000-8000-0000000000aa");
    private static readonly Guid Other = new("bbbbbbbb-0000-4000-8000-0000000000bb");

    [Fact]
    [Rule("R-PAR-4", "R-PAR-5", "R-PAR-7")]
    public void Each_place_is_told_in_the_order_of_the_search_up_to_the_parent()
    {
        MemoryParentSource source = new MemoryParentSource()
            .Add(new ImageBuilder { DataWriteGuid = Other }.Build("/here/base.vhdx"))
            .Add(new ImageBuilder { Version = 9 }.Build("/drive/VMs/base.vhdx"))
            .Add(new ImageBuilder { DataWriteGuid = Wanted }.Build("/found/base.vhdx"));
        var tried = new List<ParentCandidate>();
        using DifferencingChain chain = DifferencingChain.Open(
            Child(), source, OptionsTelling(tried) with { ParentFolders = ["/empty", "/found", "/never"] });
        Assert.Equal(2, chain.Layers.Count);
        Assert.Equal(
            [
                (@".\base.vhdx", "/here", "/here/base.vhdx", ParentVerdict.OtherIdentity),
                (@"\\?\Volume{0}\VMs\base.vhdx", null, null, ParentVerdict.NotFollowed),
                (@"C:\VMs\base.vhdx", "/drive", "/drive/VMs/base.vhdx", ParentVerdict.Failed),
                (@".\base.vhdx", "/empty", null, ParentVerdict.NotFound),
                (@".\base.vhdx", "/found", "/found/base.vhdx", ParentVerdict.Parent),
            ],
            tried.Select(one => (one.RecordedPath, one.Folder, one.Path, one.Verdict)));
        Assert.Equal((Other, Wanted), (tried[0].Found, tried[^1].Found));
        Assert.Equal(VhdxErrorKind.Unsupported, tried[2].Failure?.Kind);
        Assert.All(tried, one => Assert.Equal(("/here/child.avhdx", Wanted), (one.ChildPath, one.Expected)));
    }

    /// <summary>As files are copied off a host: all into one folder.</summary>
    [Fact]
    [Rule("R-PAR-4")]
    public void A_parent_from_another_folder_is_found_beside_the_child_by_its_name()
    {
        var child = new ImageBuilder().NameParent(Wanted, @"..\Disks\Base.vhdx");
        MemoryParentSource source =
            new MemoryParentSource().Add(new ImageBuilder { DataWriteGuid = Wanted }.Build("/here/base.vhdx"));
        var tried = new List<ParentCandidate>();
        using DifferencingChain chain = DifferencingChain.Open(
            child.Build("/here/child.avhdx"), source, OptionsTelling(tried));
        Assert.Equal(ParentTrail.ChildFolder, chain.Layers[0].FoundBy);
        Assert.Equal([ParentVerdict.NotFound, ParentVerdict.Parent], tried.Select(one => one.Verdict));
    }

    [Fact]
    [Rule("R-PAR-8")]
    public void A_child_that_names_itself_is_told_as_a_loop()
    {
        var tried = new List<ParentCandidate>();
        MemoryImageFile child = new ImageBuilder().NameParent(Wanted, @".\child.avhdx").Build("/here/child.avhdx");
        MemoryParentSource source = new MemoryParentSource().Add(child);
        VhdxException error = Assert.Throws<VhdxException>(
            () => DifferencingChain.Open(child, source, OptionsTelling(tried)));
        Assert.Equal(VhdxErrorKind.ParentLoop, error.Kind);
        Assert.Equal(ParentVerdict.InChain, Assert.Single(tried).Verdict);
    }

    private static OpenOptions OptionsTelling(List<ParentCandidate> tried) => new()
    {
        ParentTried = tried.Add,
        Mappings = [new PathMapping(@"C:\", "/drive")],
    };

    private static MemoryImageFile Child()
    {
        var child = new ImageBuilder { FileFlags = 2 };
        child.ParentLocator = ParentLocatorItem.Write(
            ("parent_linkage", Wanted.ToString("B")),
            ("relative_path", @".\base.vhdx"),
            ("volume_path", @"\\?\Volume{0}\VMs\base.vhdx"),
            ("absolute_win32_path", @"C:\VMs\base.vhdx"));
        return child.Build("/here/child.avhdx");
    }
}
