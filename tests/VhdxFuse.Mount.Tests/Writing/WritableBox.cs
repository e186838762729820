using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>What the tests of writable mounts do again and again.</summary>
internal static class WritableBox
{
    /// <summary>Makes an empty dynamic image in place of the sandbox's own.</summary>
    public static void Refill(this Sandbox box, long diskBytes, int blockBytes = Sandbox.MiB)
    {
        File.Delete(box.Image);
        Sandbox.Create(box.Image, new CreateOptions { DiskSizeBytes = diskBytes, BlockSizeBytes = blockBytes });
    }

    /// <summary>Unmounts, waits until the server has closed the image, and demands that all went well.</summary>
    public static async Task End(this Sandbox box, Child server)
    {
        await box.Succeed("umount", box.Point);
        Finished end = await server.End();
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
    }

    /// <summary>Runs a script in the sandbox's folder that must succeed; MNT is the mount point.</summary>
    public static void Expect(this Sandbox box, string script) =>
        ToolRun.Expect("env", $"MNT={box.Point}", "sh", "-c", $"cd {box.Folder}; {script}");

    /// <summary>Writes in one call, past the cache of this process.</summary>
    public static void Write(string file, long offset, ReadOnlySpan<byte> bytes)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(
            file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.Write(handle, bytes, offset);
    }

    /// <summary>The file has these bytes.</summary>
    public static async Task Holds(string file, byte[] expected)
    {
        byte[] found = await File.ReadAllBytesAsync(file);
        int same = expected.AsSpan().CommonPrefixLength(found);
        Assert.True(found.Length == expected.Length && same == found.Length, $"{file} differs from byte {same} on");
    }

    /// <summary>QEMU finds nothing wrong with the image, and on its disk the expected bytes.</summary>
    public static async Task JudgedByQemu(this Sandbox box, string image, byte[] expected)
    {
        string raw = box.PathOf("expected.raw");
        await File.WriteAllBytesAsync(raw, expected);
        _ = ToolRun.Expect("qemu-img", "check", image);
        _ = ToolRun.Expect("qemu-img", "compare", "-f", "raw", "-F", "vhdx", raw, image);
    }
}
