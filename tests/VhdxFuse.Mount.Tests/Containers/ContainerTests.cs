using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using Xunit;

namespace VhdxFuse.Mount.Tests.Containers;

/// <summary>The image of docker/ with the flags of docker/README.md: with all of them it works, and without any one of
/// them its error names the one.</summary>
public sealed class ContainerTests(ImageStore store) : IClassFixture<ImageStore>
{
    private const string Image = "/evidence/disk.vhdx";

    private static readonly string DiskHash = Convert.ToHexStringLower(SHA256.HashData(Sandbox.DiskBytes));

    [ContainerFact]
    public async Task The_image_holds_the_program_and_its_licence_alone_and_can_be_built_again_to_the_byte()
    {
        await using ContainerBox host = await ContainerBox.Open(store);
        Finished mounted = await host.Command("image", "mount", ImageStore.Image);
        Assert.True(mounted.ExitCode == 0, mounted.Error);
        string root = mounted.Output.Trim();
        Finished files = await host.Host("find", root, "-type", "f", "-printf", "%P\\n");
        IEnumerable<string> names = files.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal);
        Assert.Equal("usr/bin/vhdxfuse usr/share/doc/vhdxfuse/copyright", string.Join(' ', names));

        Assert.Equal(await store.Build("localhost/vhdxfuse:one"), await store.Build("localhost/vhdxfuse:two"));
    }

    [ContainerFact]
    public async Task The_recipe_shows_the_disk_to_the_host_and_to_other_containers_and_stops_cleanly()
    {
        await using ContainerBox host = await ContainerBox.Open(store);
        string evidence = host.Box.PathOf("evidence/disk.vhdx");
        byte[] before = await File.ReadAllBytesAsync(evidence);
        await host.Start([.. ContainerBox.Flags, .. host.Volumes()], Image, host.Point);

        Finished hash = await host.Host("sha256sum", Path.Combine(host.Point, "disk.raw"));
        Assert.StartsWith(DiskHash, hash.Output, StringComparison.Ordinal);
        string[] sidecar = ["--cap-drop", "ALL", "--read-only", "--volume", $"{host.Shared}:/shared:ro,rslave"];
        Finished beside = await host.Run(sidecar, "ready", "/shared/disk");
        Assert.Equal((0, ""), (beside.ExitCode, beside.Error));

        Assert.Equal("0", await host.Stop());
        Assert.Equal("", await host.Logs());
        Assert.NotEqual(0, (await host.Host("mountpoint", "-q", host.Point)).ExitCode);
        Assert.Equal(before, await File.ReadAllBytesAsync(evidence));
    }

    [ContainerFact]
    public async Task Commands_without_a_mount_need_no_right_at_all()
    {
        await using ContainerBox host = await ContainerBox.Open(store);
        Finished hash = await host.Run(["--cap-drop", "ALL", "--read-only", .. host.Volumes()], "hash", Image);
        Assert.Equal((0, ""), (hash.ExitCode, hash.Error));
        Assert.Contains(DiskHash, hash.Output, StringComparison.Ordinal);
    }

    [ContainerFact]
    public async Task Without_the_device_the_error_names_its_flag()
    {
        await using ContainerBox host = await ContainerBox.Open(store);
        await Refuses(host, Without("--device", "/dev/fuse"), [], 32, "add --device /dev/fuse");

        // Bound as a file it is there, and barred.
        string[] bound = ["--volume", "/dev/fuse:/dev/fuse"];
        await Refuses(host, Without("--device", "/dev/fuse"), bound, 32, "add --device /dev/fuse");
    }

    [ContainerFact]
    public async Task Without_the_right_to_mount_the_error_names_its_flag()
    {
        await using ContainerBox host = await ContainerBox.Open(store);
        await Refuses(host, Without("--cap-add", "SYS_ADMIN"), [], 32, "--cap-add SYS_ADMIN");

        string profile = host.Box.PathOf("seccomp.json");
        await File.WriteAllTextAsync(
            profile,
            """
            { "defaultAction": "SCMP_ACT_ALLOW",
              "syscalls": [ { "names": [ "mount" ], "action": "SCMP_ACT_ERRNO" } ] }
            """);
        string[] strict = ["--security-opt", $"seccomp={profile}"];
        await Refuses(host, ContainerBox.Flags, strict, 32, "--security-opt seccomp=unconfined");
    }

    [ContainerFact]
    public async Task Without_the_rights_to_other_users_images_the_error_names_their_flags()
    {
        await using ContainerBox host = await ContainerBox.Open(store);
        string image = host.Box.PathOf("evidence/disk.vhdx");
        await host.Box.Succeed("chown", "1000:1000", image);
        await host.Box.Succeed("chmod", "400", image);
        await Refuses(host, Without("--cap-add", "DAC_READ_SEARCH"), [], 2, "--cap-add DAC_READ_SEARCH");

        // Where the volume is read-only reading changes no time, and the flag isn't missed.
        string[] writable = ["--volume", $"{host.Box.PathOf("evidence")}:/writable"];
        Finished refused = await host.Run(
            [.. Without("--cap-add", "FOWNER"), .. host.Volumes(), .. writable], "/writable/disk.vhdx", host.Point);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--cap-add FOWNER", refused.OnlyLine, StringComparison.Ordinal);
    }

    [ContainerFact]
    public async Task A_mount_that_only_the_container_sees_is_served_and_said()
    {
        await using ContainerBox host = await ContainerBox.Open(store);
        string[] volumes =
        [
            "--volume", $"{host.Box.PathOf("evidence")}:/evidence:ro", "--volume", $"{host.Shared}:{host.Shared}",
        ];
        await host.Start([.. ContainerBox.Flags, .. volumes], Image, host.Point);
        string logs = await host.Logs();
        Assert.Contains("only this container sees the mount", logs, StringComparison.Ordinal);
        Assert.Contains(":rshared", logs, StringComparison.Ordinal);
        Assert.NotEqual(0, (await host.Host("mountpoint", "-q", host.Point)).ExitCode);
        Assert.Equal("0", await host.Stop());
    }

    [ContainerFact]
    public async Task The_exit_code_is_the_programs_own()
    {
        await using ContainerBox host = await ContainerBox.Open(store);
        await File.WriteAllTextAsync(host.Box.PathOf("evidence/text"), "no image");
        string[] flags = [.. ContainerBox.Flags, .. host.Volumes()];
        Assert.Equal(2, (await host.Run(flags, "/evidence/text", host.Point)).ExitCode);
        Assert.Equal(1, (await host.Run(flags, "--no-such-option")).ExitCode);
        Assert.Equal(32, (await host.Run(flags, Image, "/no/such/folder")).ExitCode);
    }

    private static async Task Refuses(
        ContainerBox host, IEnumerable<string> flags, IEnumerable<string> more, int exitCode, string flag)
    {
        Finished refused = await host.Run([.. flags, .. host.Volumes(), .. more], Image, host.Point);
        Assert.Equal(exitCode, refused.ExitCode);
        Assert.Contains(flag, refused.OnlyLine, StringComparison.Ordinal);
    }

    private static List<string> Without(string option, string value)
    {
        var flags = new List<string>(ContainerBox.Flags);
        int at = Enumerable.Range(0, flags.Count - 1).First(i => flags[i] == option && flags[i + 1] == value);
        flags.RemoveRange(at, 2);
        return flags;
    }
}
