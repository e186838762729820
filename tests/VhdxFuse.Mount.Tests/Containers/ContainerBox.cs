using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using Xunit;

namespace VhdxFuse.Mount.Tests.Containers;

/// <summary>A host for containers: a mount namespace in which the sandbox's folder is a shared mount, as a host's
/// folders are. The machine's own mounts are not touched.</summary>
internal sealed class ContainerBox : IAsyncDisposable
{
    private const string Name = "vhdxfuse-test";

    private readonly ImageStore _store;
    private readonly Sandbox _box = new();
    private readonly Child _space;

    private ContainerBox(ImageStore store)
    {
        _store = store;
        _space = Child.Start(
            _box.Folder,
            "unshare", "-m", "--propagation", "private", "sh", "-c",
            "mount --bind \"$1\" \"$1\" && mount --make-shared \"$1\" && echo ready >&2 && exec sleep 600",
            "sh", _box.Folder);
    }

    /// <summary>The README's flags, without the volumes.</summary>
    public static IReadOnlyList<string> Flags { get; } =
    [
        "--device", "/dev/fuse", "--cap-drop", "ALL", "--cap-add", "SYS_ADMIN", "--cap-add", "DAC_READ_SEARCH",
        "--cap-add", "FOWNER", "--read-only", "--security-opt", "no-new-privileges",
    ];

    public Sandbox Box => _box;

    /// <summary>The folder whose mounts pass from the container to the host.</summary>
    public string Shared => _box.PathOf("shared");

    /// <summary>Where the recipe mounts, on the host and in the container.</summary>
    public string Point => Path.Combine(Shared, "disk");

    public static async Task<ContainerBox> Open(ImageStore store)
    {
        var host = new ContainerBox(store);
        _ = Directory.CreateDirectory(host.Point);
        _ = Directory.CreateDirectory(host._box.PathOf("evidence"));
        File.Move(host._box.Image, host._box.PathOf("evidence/disk.vhdx"));
        await Eventually.True(() => host._space.Error.Length > 0, "the namespace");
        Assert.Equal("ready\n", host._space.Error);
        return host;
    }

    /// <summary>Runs a command on the host.</summary>
    public Task<Finished> Host(params IEnumerable<string> command) =>
        Child.Run(_box.Folder, ["nsenter", "-t", $"{_space.Id}", "-m", "--", .. command]);

    public Task<Finished> Command(params IEnumerable<string> arguments) =>
        Host(Podman.Command(_store.Folder, arguments));

    /// <summary>Runs a container to its end.</summary>
    public Task<Finished> Run(IEnumerable<string> flags, params IEnumerable<string> arguments) =>
        Command(Podman.RunHere(["--rm", .. flags, ImageStore.Image, .. arguments]));

    /// <summary>Starts the container and waits until its probe is content.</summary>
    public async Task Start(IEnumerable<string> flags, params IEnumerable<string> arguments)
    {
        Finished run = await Command(
            Podman.RunHere(["-d", "--name", Name, .. flags, ImageStore.Image, .. arguments]));
        Assert.True(run.ExitCode == 0, run.Error);
        Finished probe;
        do
        {
            probe = await Command("exec", Name, "/usr/bin/vhdxfuse", "ready", Point);
            Finished state = await Command("inspect", Name, "--format", "{{.State.Status}}");
            Assert.True(state.Output.Trim() is "running", $"{state.Output}{await Logs()}{probe.Error}");
        }
        while (probe.ExitCode != 0);
    }

    /// <summary>Stops it as an orchestrator does; its own exit code.</summary>
    public async Task<string> Stop()
    {
        Finished stop = await Command("stop", Name);
        Assert.True(stop.ExitCode == 0, stop.Error);
        return (await Command("inspect", Name, "--format", "{{.State.ExitCode}}")).Output.Trim();
    }

    public async Task<string> Logs()
    {
        Finished logs = await Command("logs", Name);
        return logs.Output + logs.Error;
    }

    /// <summary>The volumes of the README's recipe.</summary>
    public string[] Volumes() =>
    [
        "--volume", $"{_box.PathOf("evidence")}:/evidence:ro", "--volume", $"{Shared}:{Shared}:rshared",
    ];

    public async ValueTask DisposeAsync()
    {
        _ = await Command("rm", "--force", "--all", "--time", "0");
        await _space.DisposeAsync(); // and with it the namespace and what is mounted there
        await _box.DisposeAsync();
    }
}
