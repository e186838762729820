using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>A folder with an image and a mount point. At the end what is mounted there is taken away, lazily, which
/// also ends the server in the background, and everything is deleted.</summary>
internal sealed class Sandbox : IAsyncDisposable
{
    public const int MiB = 1 << 20;

    /// <summary>The disk of <see cref="Image"/>: 8 MiB, data in the first and the sixth.</summary>
    public static readonly byte[] DiskBytes = MakeDisk();

    public Sandbox()
    {
        Folder = Directory.CreateTempSubdirectory("vhdxfuse-host-").FullName;
        Image = PathOf("disk.vhdx");
        Point = PathOf("mnt");
        _ = Directory.CreateDirectory(Point);
        Create(Image, new CreateOptions { DiskSizeBytes = DiskBytes.Length, BlockSizeBytes = MiB }, DiskBytes);
    }

    public string Folder { get; }

    public string Image { get; }

    public string Point { get; }

    public string Disk => Path.Combine(Point, "disk.raw");

    /// <summary>The line of the mount table, split; null when nothing is mounted.</summary>
    public string[]? MountLine => File.ReadLines("/proc/self/mounts")
        .Select(line => line.Split(' '))
        .LastOrDefault(words => string.Equals(words[1], Point, StringComparison.Ordinal));

    public bool IsMounted => MountLine is not null;

    public static void Create(string path, CreateOptions options, byte[]? content = null)
    {
        using LinuxFile file = LinuxFile.CreateNew(path);
        using MemoryStream? stream = content is null ? null : new MemoryStream(content);
        Creator.Create(file, options, new RandomGuidSource(), stream);
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Makes an empty differencing image over <see cref="Image"/>.</summary>
    public string CreateChild(string name)
    {
        using VhdxImage parent = VhdxImage.Open(LinuxFile.OpenRead(Image, new FileOpenOptions()), new OpenOptions());
        Create(
            PathOf(name),
            new CreateOptions { Type = DiskType.Differencing, Parent = new ParentReference(parent, @".\disk.vhdx") });
        return PathOf(name);
    }

    /// <summary>Runs the program to its end (in the background: until it returns).</summary>
    public Task<Finished> Run(params string[] arguments) => Child.Run(Folder, [ProgramUnderTest.Path, .. arguments]);

    /// <summary>Runs a shell script: $VHDXFUSE is the program, $IMAGE and $MNT are ours.</summary>
    public Task<Finished> Shell(string script) => Child.Run(
        Folder, "env", $"VHDXFUSE={ProgramUnderTest.Path}", $"IMAGE={Image}", $"MNT={Point}", "bash", "-c", script);

    /// <summary>Mounts in the background; must succeed silently.</summary>
    public async Task Mount(params string[] options)
    {
        Finished command = await Run([.. options, Image, Point]);
        Assert.Equal((0, "", ""), (command.ExitCode, command.Output, command.Error));
        Assert.True(IsMounted);
    }

    /// <summary>Starts the program in the foreground and waits for the mount.</summary>
    public async Task<Child> Serve(params string[] options)
    {
        Child server = Child.Start(Folder, (string[])[ProgramUnderTest.Path, "-f", .. options, Image, Point]);
        await Eventually.True(() => IsMounted || server.HasExited, "the mount");
        Assert.False(server.HasExited, server.Error);

        // Mounted isn't served yet: this waits until it is.
        _ = Directory.Exists(Disk);
        return server;
    }

    public Task Signal(Child server, string name) => Signal($"{server.Id}", name);

    // The shell's own kill: the program of that name is not on every machine.
    public Task Signal(string process, string name) => Succeed("sh", "-c", $"kill -{name} {process}");

    public async Task Succeed(params string[] command)
    {
        Finished finished = await Child.Run(Folder, command);
        Assert.True(finished.ExitCode == 0, $"{string.Join(' ', command)}: {finished.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        while (IsMounted)
        {
            _ = await Child.Run(Folder, "umount", "-l", Point);
        }

        Directory.Delete(Folder, recursive: true);
    }

    private static byte[] MakeDisk()
    {
        byte[] disk = new byte[8 * MiB];
        foreach (int start in (IEnumerable<int>)[0, 5 * MiB])
        {
            new Random(start + 1).NextBytes(disk.AsSpan(start, MiB));
        }

        return disk;
    }
}
