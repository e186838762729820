using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using Xunit;

namespace VhdxFuse.Mount.Tests.Evidence;

/// <summary><c>--compat=libvhdi</c> beside vhdimount.</summary>
public sealed class LibvhdiNamesTests
{
    [ProgramFact(Need.Fuse | Need.Root, "vhdimount", "umount")]
    public async Task Names_sizes_and_bytes_are_those_of_vhdimount()
    {
        await using var box = new Sandbox();
        string top = MakeChain(box);
        string theirs = Directory.CreateDirectory(box.PathOf("theirs")).FullName;
        foreach (string image in (string[])[box.Image, top])
        {
            Finished mount = await box.Run("--compat=libvhdi", image, box.Point);
            Assert.True(mount.ExitCode == 0, mount.Error);
            _ = ToolRun.Expect("vhdimount", image, theirs);
            try
            {
                string[] names = NamesIn(theirs);
                Assert.Equal(string.Join(' ', names), string.Join(' ', NamesIn(box.Point)));
                foreach (string name in names)
                {
                    Assert.Equal(
                        await File.ReadAllBytesAsync(Path.Combine(theirs, name)),
                        await File.ReadAllBytesAsync(Path.Combine(box.Point, name)));
                }
            }
            finally
            {
                await box.Succeed("umount", "-l", theirs);
            }

            await box.Succeed("umount", box.Point);
        }
    }

    [ProgramFact]
    public async Task The_last_one_is_the_disk_and_may_be_written()
    {
        await using var box = new Sandbox();
        await box.Mount("--compat=libvhdi", "--overlay", "mem");
        Assert.Equal(0, (await box.Run("ready", box.Point)).ExitCode);
        Assert.Equal("vhdi1 vhdi2", string.Join(' ', NamesIn(box.Point)));
        await File.OpenWrite(Path.Combine(box.Point, "vhdi2")).DisposeAsync();
        Assert.Throws<UnauthorizedAccessException>(() => File.OpenWrite(Path.Combine(box.Point, "vhdi1")).Dispose());
    }

    [ProgramFact]
    public async Task A_file_as_mount_point_and_other_names_are_usage_errors()
    {
        await using var box = new Sandbox();
        string file = box.PathOf("file");
        await File.WriteAllTextAsync(file, "");
        Finished refused = await box.Run("--compat=libvhdi", box.Image, file);
        Assert.Equal((1, "vhdxfuse: --compat needs a folder"), (refused.ExitCode, refused.OnlyLine));
        Assert.Equal(1, (await box.Run("--compat=xmount", box.Image, box.Point)).ExitCode);
    }

    // Two disks that differ everywhere.
    private static string MakeChain(Sandbox box)
    {
        ImageBuilder parent = new ImageBuilder { DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000b0") }
            .AddBlock(0, 0x10).AddBlock(1, 0x11).AddBlock(2, 0x12);
        ImageBuilder top = new ImageBuilder { DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000b1") }
            .NameParent(parent.DataWriteGuid, @".\base.vhdx");
        top.ParentLocator = ParentLocatorItem.Write(
            ("parent_linkage", parent.DataWriteGuid.ToString("B")),
            ("relative_path", @".\base.vhdx"),
            ("absolute_win32_path", @"C:\VMs\base.vhdx")); // the only one that libvhdi reads
        for (int block = 0; block < 8; block++)
        {
            top.AddBlock(block, (byte)(0x20 + block)); // libvhdi misreads blocks that a child leaves to its parent
        }

        parent.Build().SaveTo(box.PathOf("base.vhdx"));
        top.Build().SaveTo(box.PathOf("top.avhdx"));
        return box.PathOf("top.avhdx");
    }

    private static string[] NamesIn(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];
}
