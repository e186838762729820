using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>Random writes verified by fio, by every way of writing that reaches the mount differently.</summary>
[Collection(AloneOnTheDisk.Name)]
public sealed class FioTests
{
    [ProgramTheory(Need.Fuse | Need.Root, "fio", "qemu-img")]
    [InlineData("psync", 0)]
    [InlineData("psync", 1)]
    [InlineData("libaio", 0)]
    [InlineData("libaio", 1)]
    [InlineData("io_uring", 0)]
    [InlineData("io_uring", 1)]
    public async Task Random_writes_verify_synchronous_or_not(string engine, int direct)
    {
        await using var box = new Sandbox();
        box.Refill(32 * Sandbox.MiB);
        await using Child server = await box.Serve("--rw");
        foreach ((string sync, int offset) in (System.ReadOnlySpan<(string, int)>)[("none", 0), ("dsync", 16)])
        {
            _ = ToolRun.Expect(
                "fio", "--name=verify", $"--filename={box.Disk}", $"--offset={offset}M", "--size=8M",
                "--bsrange=4k-64k",
                "--rw=randwrite", $"--ioengine={engine}", "--iodepth=8", $"--direct={direct}", $"--sync={sync}",
                "--verify=crc32c", "--verify_fatal=1", "--allow_file_create=0", "--fallocate=none", "--randseed=7",
                "--fsync_on_close=1", $"--aux-path={box.Folder}", "--verify_state_save=0");
        }

        byte[] content = await System.IO.File.ReadAllBytesAsync(box.Disk);
        await box.End(server);
        await box.JudgedByQemu(box.Image, content);
    }
}
