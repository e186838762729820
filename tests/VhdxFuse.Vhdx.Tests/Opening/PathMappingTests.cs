using VhdxFuse.Support;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Opening;

public sealed class PathMappingTests
{
    [Theory]
    [Rule("R-PAR-5")]
    [InlineData(@"C:\=/e", @"\\?\C:\VMs\base.vhdx", "VMs/base.vhdx")]
    [InlineData(@"C:=/e", @"c:\VMs\base.vhdx", "VMs/base.vhdx")]
    [InlineData(@"c:\vms=/e", @"\\?\C:\VMs\a\base.vhdx", "a/base.vhdx")]
    [InlineData(@"c:\vm=/e", @"\\?\C:\VMs\a\base.vhdx", null)]
    [InlineData(@"D:\=/e", @"\\?\C:\VMs\base.vhdx", null)]
    [InlineData(@"\\?\Volume{0eba351e-5634-46d6-a8cf-4ddc2d6ac0b9}\=/e",
        @"\\?\Volume{0EBA351E-5634-46D6-A8CF-4DDC2D6AC0B9}\d\b.vhdx", "d/b.vhdx")]
    [InlineData(@"\\server\share=/e", @"\\?\UNC\server\share\b.vhdx", "b.vhdx")]
    [InlineData(@"\\server\share=/e", @"\\?\server\share\b.vhdx", "b.vhdx")]
    [InlineData(@"C:\VMs\base.vhdx=/e", @"C:\VMs\base.vhdx", null)] // a file isn't below itself
    [InlineData(@"C:\=/e", @"C:\..\..\home\x.vhdx", null)] // and nothing climbs out of it
    public void A_mapping_gives_what_lies_below_its_folder(string text, string path, string? below)
    {
        Assert.True(PathMapping.TryParse(text, out PathMapping mapping));
        var found = mapping.Below(PathMapping.ComponentsOf(path));
        Assert.Equal(below, found is null ? null : string.Join('/', found));
        Assert.Equal("/e", mapping.Folder);
    }

    [Theory]
    [InlineData("")]
    [InlineData("C:")]
    [InlineData("=/e")]
    [InlineData("C:=")]
    public void A_mapping_needs_both_sides(string text) => Assert.False(PathMapping.TryParse(text, out _));
}
