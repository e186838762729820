using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Mount.Tests.Evidence;

/// <summary>Chains three deep as they arrive from Windows: moved, renamed, incomplete, or the wrong files.</summary>
public sealed class ChainTests
{
    [ProgramFact]
    [Rule("R-PAR-4", "R-PAR-5", "R-PAR-7", "R-CRE-3")]
    public async Task A_chain_is_found_beside_the_child_in_another_case()
    {
        await using var box = new Sandbox();
        string top = MakeChain(box);
        File.Move(box.PathOf("middle.avhdx"), box.PathOf("MIDDLE.AVHDX"));
        await Shows(box, top);
    }

    [ProgramFact]
    [Rule("R-PAR-5")]
    public async Task A_chain_that_was_scattered_is_found_by_folder_and_by_drive()
    {
        await using var box = new Sandbox();
        string top = MakeChain(box);
        string evidence = Directory.CreateDirectory(box.PathOf("evidence/VMs")).FullName;
        string other = Directory.CreateDirectory(box.PathOf("other")).FullName;
        File.Move(box.PathOf("middle.avhdx"), Path.Combine(evidence, "Middle.avhdx"));
        File.Move(box.Image, Path.Combine(other, "Disk.VHDX"));
        Finished refused = await box.Run(top, box.Point);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains(@"middle.avhdx", refused.OnlyLine, StringComparison.Ordinal);
        await Shows(box, top, "--map", $@"C:\={box.PathOf("evidence")}", "--parent-path", other);
    }

    [ProgramFact]
    [Rule("R-PAR-7")]
    public async Task A_file_of_the_right_name_but_another_identity_is_refused()
    {
        await using var box = new Sandbox();
        string top = MakeChain(box);
        File.Delete(box.PathOf("middle.avhdx"));
        Sandbox.Create(box.PathOf("middle.avhdx"), new CreateOptions { DiskSizeBytes = Sandbox.DiskBytes.Length });
        Finished refused = await box.Run(top, box.Point);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("DataWriteGuid", refused.OnlyLine, StringComparison.Ordinal);
        Assert.False(box.IsMounted);
    }

    /// <summary>A parent that was written to after its child was made bears another identity.</summary>
    [ProgramFact]
    [Rule("R-PAR-7", "R-SBM-1")]
    public async Task Each_layer_of_three_adds_its_own_sectors_over_parents_renamed_in_case()
    {
        await using var box = new Sandbox();
        ImageBuilder parent = new ImageBuilder { DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000b0") }
            .AddBlock(0, 0x10).AddBlock(1, 0x11).AddBlock(2, 0x12);
        ImageBuilder middle = new ImageBuilder { DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000b1") }
            .NameParent(parent.DataWriteGuid, @"..\Base\Parent.vhdx")
            .AddBlock(1, 0x21).AddBlock(2, 0x22, PayloadBlockState.PartiallyPresent).AddBitmap(2, 4096, 4097, 4098);
        ImageBuilder top = new ImageBuilder { DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000b2") }
            .NameParent(middle.DataWriteGuid, @".\Middle.avhdx")
            .AddBlock(2, 0x32, PayloadBlockState.PartiallyPresent).AddBitmap(2, 4097, 6143);
        _ = Directory.CreateDirectory(box.PathOf("BASE"));
        _ = Directory.CreateDirectory(box.PathOf("vm"));
        parent.Build().SaveTo(box.PathOf("BASE/parent.VHDX"));
        middle.Build().SaveTo(box.PathOf("vm/MIDDLE.avhdx"));
        top.Build().SaveTo(box.PathOf("vm/top.avhdx"));

        Finished mount = await box.Run(box.PathOf("vm/top.avhdx"), box.Point);
        Assert.True(mount.ExitCode == 0, mount.Error);
        Assert.Equal("10 11 12 12 12 12", await SectorsOf("0-parent.raw"));
        Assert.Equal("10 21 22 22 22 12", await SectorsOf("1-MIDDLE.raw"));
        Assert.Equal("10 21 22 32 22 32", await SectorsOf("2-top.raw"));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(box.Point, "layers", "2-top.raw")),
            await File.ReadAllBytesAsync(box.Disk));
        await box.Succeed("umount", box.Point);

        ImageBuilder written = new ImageBuilder { DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000bb") }
            .AddBlock(0, 0x10);
        File.Delete(box.PathOf("BASE/parent.VHDX"));
        written.Build().SaveTo(box.PathOf("BASE/parent.VHDX"));
        Finished refused = await box.Run(box.PathOf("vm/top.avhdx"), box.Point);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("bbbbbbbb-0000-4000-8000-0000000000bb", refused.OnlyLine, StringComparison.Ordinal);

        // The first sectors of blocks 0 and 1, then of block 2 the first three and the last.
        async Task<string> SectorsOf(string layer)
        {
            byte[] disk = await File.ReadAllBytesAsync(Path.Combine(box.Point, "layers", layer));
            return string.Join(' ', ((int[])[0, 2048, 4096, 4097, 4098, 6143]).Select(sector =>
                Assert.Single(disk.AsSpan(sector * 512, 512).ToArray().Distinct()).ToString("x2", null)));
        }
    }

    [ProgramFact]
    [Rule("R-PAR-8")]
    public async Task A_chain_that_comes_back_to_itself_is_refused()
    {
        await using var box = new Sandbox();
        string top = MakeChain(box);
        File.Delete(box.PathOf("middle.avhdx"));
        File.CreateSymbolicLink(box.PathOf("middle.avhdx"), top); // never followed
        Assert.Equal(2, (await box.Run(top, box.Point)).ExitCode);
        File.Delete(box.PathOf("middle.avhdx"));
        await box.Succeed("ln", top, box.PathOf("middle.avhdx"));
        Finished refused = await box.Run(top, box.Point);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("above it in the chain", refused.OnlyLine, StringComparison.Ordinal);
    }

    private static string MakeChain(Sandbox box)
    {
        MakeChild(box.Image, box.PathOf("middle.avhdx"), @".\disk.vhdx", @"\\?\D:\old\disk.vhdx");
        MakeChild(box.PathOf("middle.avhdx"), box.PathOf("top.avhdx"), @".\middle.avhdx", @"\\?\C:\VMs\middle.avhdx");
        return box.PathOf("top.avhdx");
    }

    private static void MakeChild(string parent, string child, string relativePath, string absolutePath)
    {
        using VhdxImage image = VhdxImage.Open(LinuxFile.OpenRead(parent, new FileOpenOptions()), new OpenOptions());
        var reference = new ParentReference(image, relativePath, absolutePath);
        Sandbox.Create(child, new CreateOptions { Type = DiskType.Differencing, Parent = reference });
    }

    private static async Task Shows(Sandbox box, string image, params string[] options)
    {
        Finished mount = await box.Run([.. options, image, box.Point]);
        Assert.True(mount.ExitCode == 0, mount.Error);
        Assert.Equal(Sandbox.DiskBytes, await File.ReadAllBytesAsync(box.Disk));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(box.Point, "layers")).Length);
    }
}
