using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;
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
