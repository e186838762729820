using System.Collections.Generic;
using System.IO;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Fio;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Workloads;

namespace VhdxFuse.Benchmarks.Running;

/// <summary>What workloads work with: a folder on the file system that is measured, its images, fresh mounts.</summary>
/// <param name="folder">Of the run's own.</param>
/// <param name="diskBytes">Of the common disk.</param>
/// <param name="jobSeconds">How long a job of fio's takes.</param>
/// <param name="cancellation">Ends everything.</param>
internal sealed class Workbench(string folder, long diskBytes, double jobSeconds, CancellationToken cancellation)
{
    private int _mountCount;

    public string Folder { get; } = folder;

    public ImageStore Images { get; } = new(folder, diskBytes, cancellation);

    public double JobSeconds { get; } = jobSeconds;

    /// <summary>Of the common disk.</summary>
    public long DiskBytes { get; } = diskBytes;

    public CancellationToken Cancellation { get; } = cancellation;

    public MountedDisk Mount(Contestant contestant, DiskImage image, MountUse use) =>
        contestant.Mount(image, use, NewFolder(), Cancellation);

    /// <summary>An empty folder for a mount, which removes it.</summary>
    public string NewFolder()
    {
        string made = Path.Combine(Folder, $"m{++_mountCount}");
        Directory.CreateDirectory(made);
        return made;
    }

    /// <summary>Runs one job, and takes the time of those who serve it.</summary>
    public FioOutcome Measure(MountedDisk mounted, FioJob job)
    {
        IReadOnlyList<int> serving = mounted.ServingIds;
        double before = ProcessFacts.CpuSeconds(serving);
        FioResult result = FioRun.Of(mounted.DiskPath, [job], Cancellation)[0];
        return new FioOutcome(result, ProcessFacts.CpuSeconds(serving) - before);
    }

    /// <summary>Writes out what earlier workloads left of the images in the kernel's cache, so that it doesn't fall
    /// into the next. Not the whole file system: it may be somebody else's too. Nothing is mounted meanwhile.</summary>
    public void Settle()
    {
        foreach (string path in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            Cancellation.ThrowIfCancellationRequested();
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }
    }
}
