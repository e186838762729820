using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Packaging;

/// <summary>The examples of the libraries, as they were built beside these tests.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task RawToVhdx_makes_an_image_that_opens()
    {
        using var folder = new ScratchFolder();
        string raw = folder.File("disk.raw");
        string image = folder.File("disk.vhdx");
        await File.WriteAllBytesAsync(raw, Sandbox.DiskBytes);
        Finished run = await Child.Run(folder.Path, Example("RawToVhdx"), raw, image);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("vhdxfile", System.Text.Encoding.ASCII.GetString((await File.ReadAllBytesAsync(image))[..8]));
    }

    [FuseFact]
    public async Task HelloFuse_serves_its_file_until_it_is_unmounted()
    {
        await using var box = new Sandbox();
        await using Child server = Child.Start(box.Folder, Example("HelloFuse"), box.Point);
        await Eventually.True(() => box.IsMounted || server.HasExited, "the mount");
        Assert.False(server.HasExited, server.Error);
        Assert.Equal("Hello from FUSE.\n", await File.ReadAllTextAsync(Path.Combine(box.Point, "hello")));
        Assert.Equal([Path.Combine(box.Point, "hello")], Directory.GetFileSystemEntries(box.Point));
        await box.Succeed("umount", box.Point);
        Finished end = await server.End();
        Assert.Equal((0, $"mounted on {box.Point}\n", ""), (end.ExitCode, end.Output, end.Error));
    }

    // artifacts/bin/PROJECT/CONFIGURATION, as this assembly's own.
    private static string Example(string name)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", name, configuration, name));
    }
}
