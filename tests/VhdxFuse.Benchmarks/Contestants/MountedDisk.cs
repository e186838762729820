using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>A disk shown as a raw file, until disposed.</summary>
internal sealed class MountedDisk : IDisposable
{
    private readonly string _folder;
    private readonly string? _mountPoint;
    private readonly Stack<ServingProcess> _processes = new();
    private IReadOnlyList<int>? _servingIds;

    /// <param name="folder">Of the mount's own; removed with it.</param>
    /// <param name="mountPoint">Null when nothing is mounted.</param>
    /// <param name="diskPath">The raw file.</param>
    public MountedDisk(string folder, string? mountPoint, string diskPath)
    {
        _folder = folder;
        _mountPoint = mountPoint;
        DiskPath = diskPath;
    }

    public string DiskPath { get; private init; }

    /// <summary>The processes between the file and the image: those started here, or those in the background with the
    /// mount point among their arguments.</summary>
    public IReadOnlyList<int> ServingIds => _servingIds ??= _processes.Count > 0
        ? [.. _processes.Select(process => process.Id)]
        : _mountPoint is null ? [] : ProcessFacts.WithArgument(_mountPoint);

    /// <summary>The same mount, once it is known under which name its disk appears.</summary>
    public MountedDisk WithDisk(string diskPath) => new(_folder, _mountPoint, diskPath);

    /// <summary>A process that serves the mount from here on, and ends with it: the last one first.</summary>
    public ServingProcess Add(ServingProcess process)
    {
        _processes.Push(process);
        return process;
    }

    /// <summary>Unmounts, waits for the processes to end and removes the folder.</summary>
    public void Dispose()
    {
        IReadOnlyList<int> serving = ServingIds;
        if (_mountPoint is not null)
        {
            MountTable.Unmount(_mountPoint);
        }

        while (_processes.TryPop(out ServingProcess? process))
        {
            process.Dispose();
        }

        foreach (int id in serving)
        {
            Waiting.Until(() => !ProcessFacts.IsAlive(id), $"process {id} to end", CancellationToken.None);
        }

        Directory.Delete(_folder, recursive: true);
    }
}
