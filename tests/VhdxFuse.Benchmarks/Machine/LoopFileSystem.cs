using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace VhdxFuse.Benchmarks.Machine;

/// <summary>A fresh file system for one run: in an image file on a loop device, or in memory. Gone when
/// disposed.</summary>
internal sealed class LoopFileSystem : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly string? _imageFile;

    private LoopFileSystem(string folder, string? imageFile)
    {
        Folder = folder;
        _imageFile = imageFile;
    }

    public static IReadOnlyList<string> Types { get; } = ["here", "xfs", "ext4", "btrfs", "tmpfs"];

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Makes the file system and mounts it below a folder.</summary>
    /// <exception cref="BenchmarkException">Not root, or a tool failed.</exception>
    public static LoopFileSystem Mount(string type, string below, long sizeBytes, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new BenchmarkException($"--on {type}: only root can mount a file system");
        }

        string folder = Path.Combine(below, "fs");
        Directory.CreateDirectory(folder);
        if (type == "tmpfs")
        {
            Command.Output("mount", ["-t", type, "-o", $"size={sizeBytes}", type, folder], Deadline, cancellation);
            return new LoopFileSystem(folder, imageFile: null);
        }

        string imageFile = Path.Combine(below, "fs.img");
        LoopFileSystem made = new(folder, imageFile);
        try
        {
            using (FileStream image = File.Create(imageFile))
            {
                image.SetLength(sizeBytes);
            }

            Command.Output($"mkfs.{type}", ["-q", imageFile], Deadline, cancellation);
            Command.Output("mount", ["-o", "loop", imageFile, folder], Deadline, cancellation);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Unmounts, which gives the loop device back, and removes the image file.</summary>
    public void Dispose()
    {
        MountTable.Unmount(Folder);
        if (_imageFile is not null)
        {
            File.Delete(_imageFile);
        }
    }
}
