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
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>What create makes, and what it refuses.</summary>
public sealed class CreateCommandTests
{
    private const int MiB = Sandbox.MiB;

    [ProgramFact(Need.None)]
    public async Task An_image_has_the_sizes_asked_for()
    {
        await using var box = new Sandbox();
        Finished made = await box.Run(
            "create", "new.vhdx", "--size", "1.5G", "--block-size", "8M", "--logical-sector", "4096");
        Assert.Equal(
            (0, "new.vhdx: dynamic, 1.5 GiB (1610612736 bytes)\n", ""), (made.ExitCode, made.Output, made.Error));
        using VhdxImage image = Open(box.PathOf("new.vhdx"));
        Assert.Equal(
            (DiskType.Dynamic, 3L << 29, 8 * MiB, 4096, 4096),
            (image.Type, image.Geometry.DiskSizeBytes, image.Geometry.BlockSizeBytes,
            image.Geometry.LogicalSectorSizeBytes, image.Geometry.PhysicalSectorSizeBytes));
        Assert.Equal(4 * MiB, new FileInfo(box.PathOf("new.vhdx")).Length);
    }

    [ProgramFact(Need.None)]
    public async Task A_fixed_image_has_its_space()
    {
        await using var box = new Sandbox();
        Finished made = await box.Run(
            "create", "new.vhdx", "--size", "5M", "--block-size", "1M", "--type", "fixed", "--json");
        using var document = JsonDocument.Parse(made.Output);
        Assert.Equal(9 * MiB, document.RootElement.GetProperty("fileSize").GetInt64());
        string blocks = ToolRun.Expect("stat", "-c", "%b", box.PathOf("new.vhdx")).Output;
        Assert.InRange(long.Parse(blocks, null) * 512, 5 * MiB, 10 * MiB);
    }

    [ProgramFact(Need.None)]
    [Rule("R-CRE-3")]
    public async Task A_child_names_its_parent_from_its_folder_and_as_windows_does()
    {
        await using var box = new Sandbox();
        string folder = Directory.CreateDirectory(box.PathOf("children")).FullName;
        string child = Path.Combine(folder, "child.avhdx");
        Finished made = await box.Run(
            "create", child, "--parent", "disk.vhdx", "--map", $@"C:\VMs={box.Folder}", "--json");
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        using (VhdxImage image = Open(child))
        using (VhdxImage parent = Open(box.Image))
        {
            Assert.Equal(DiskType.Differencing, image.Type);
            Assert.Equal(
                (@"..\disk.vhdx", @"\\?\C:\VMs\disk.vhdx", parent.DataWriteGuid),
                (image.ParentLocator!.RelativePath, image.ParentLocator.AbsolutePath, image.ParentLocator.Linkage));
        }

        Assert.Equal((await Hash(box, box.Image))[..64], (await Hash(box, child))[..64]);
        await box.Succeed(
            ProgramUnderTest.Path, "create", "beside.avhdx", "--type", "differencing", "--parent", "disk.vhdx");
        using VhdxImage beside = Open(box.PathOf("beside.avhdx"));
        Assert.Equal((@".\disk.vhdx", null), (beside.ParentLocator!.RelativePath, beside.ParentLocator.AbsolutePath));
    }

    [ProgramFact(Need.None)]
    public async Task What_makes_no_image_is_refused_and_nothing_is_left()
    {
        await using var box = new Sandbox();
        foreach ((string[] arguments, string words) in ((string[], string)[])
            [(["disk.vhdx", "--size", "1G"], "exists already (--force replaces it)"),
            (["new.vhdx"], "--size is needed"),
            (["new.vhdx", "--size", "0"], "no size"),
            (["new.vhdx", "--size", "513"], "no whole number of sectors of 512"),
            (["new.vhdx", "--size", "65T"], "64 TiB"),
            (["new.vhdx", "--size", "1G", "--block-size", "512K"], "a power of two"),
            (["new.vhdx", "--size", "1G", "--type", "differencing"], "has a --parent"),
            (["new.vhdx", "--parent", "disk.vhdx", "--type", "fixed"], "has a --parent"),
            (["new.vhdx", "--parent", "disk.vhdx", "--logical-sector", "4096"], "has its parent's"),
            (["disk.vhdx", "--parent", "disk.vhdx", "--force"], "is the parent itself"),
            (["new.vhdx", "--parent", "gone.vhdx"], "No such file")])
        {
            Finished refused = await box.Run(["create", .. arguments]);
            Assert.InRange(refused.ExitCode, 1, 2);
            Assert.Contains(words, refused.OnlyLine, StringComparison.Ordinal);
        }

        string?[] names = [.. Directory.EnumerateFileSystemEntries(box.Folder).Select(Path.GetFileName)];
        Assert.Equal(["disk.vhdx", "mnt"], names.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        await box.Succeed(ProgramUnderTest.Path, "create", "disk.vhdx", "--size", "1G", "--force");
        using VhdxImage replaced = Open(box.Image);
        Assert.Equal(1L << 30, replaced.Geometry.DiskSizeBytes);
    }

    private static VhdxImage Open(string path) =>
        VhdxImage.Open(LinuxFile.OpenRead(path, new FileOpenOptions()), new OpenOptions());

    private static async Task<string> Hash(Sandbox box, string image) => (await box.Run("hash", image)).Output;
}
