using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

public sealed class ReadyCommandTests
{
    [ProgramFact]
    public async Task A_mount_that_serves_is_ready_and_an_ended_one_is_not()
    {
        await using var box = new Sandbox();
        await Refuses(box, box.Point, "nothing of FUSE is mounted here");
        await box.Mount();
        Finished ready = await box.Run("ready", box.Point);
        Assert.Equal((0, "", ""), (ready.ExitCode, ready.Output, ready.Error));
        await box.Succeed("umount", box.Point);
        await Refuses(box, box.Point, "nothing of FUSE is mounted here");
    }

    [ProgramFact]
    public async Task A_file_as_mount_point_is_ready_too()
    {
        await using var box = new Sandbox();
        string file = box.PathOf("file");
        await File.WriteAllTextAsync(file, "");
        Finished mount = await box.Run(box.Image, file);
        Assert.Equal(0, mount.ExitCode);
        Finished ready = await box.Run("ready", file);
        await box.Succeed("umount", file);
        Assert.Equal((0, ""), (ready.ExitCode, ready.Error));
    }

    [ProgramFact]
    public async Task A_mount_whose_server_died_is_not_ready()
    {
        await using var box = new Sandbox();
        await using Child server = await box.Serve();
        await box.Signal(server, "KILL");
        _ = await server.End();
        await Refuses(box, box.Point, "Transport endpoint is not connected");
    }

    [ProgramFact]
    public async Task What_is_not_there_is_not_ready()
    {
        await using var box = new Sandbox();
        await Refuses(box, box.PathOf("nowhere"), "nowhere: not ready: ");
    }

    private static async Task Refuses(Sandbox box, string mountPoint, string why)
    {
        Finished refused = await box.Run("ready", mountPoint);
        Assert.Equal((32, ""), (refused.ExitCode, refused.Output));
        Assert.Contains(why, refused.OnlyLine, StringComparison.Ordinal);
    }
}
