using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>One of the programs that are compared: how it shows the disk in an image as a raw file.</summary>
internal abstract class Contestant(string name, ContestantKind kind)
{
    private static readonly TimeSpan VersionDeadline = TimeSpan.FromSeconds(10);

    public string Name { get; } = name;

    public ContestantKind Kind { get; } = kind;

    /// <summary>Whether it shows a disk as a file at all.</summary>
    public virtual bool CanMount => true;

    /// <summary>Whether that file can be written.</summary>
    public virtual bool CanWrite => CanMount;

    /// <summary>Whether it reads differencing images.</summary>
    public virtual bool KnowsParents => false;

    /// <summary>The programs it consists of.</summary>
    public abstract IReadOnlyList<Tool> Tools { get; }

    /// <summary>Programs it needs that aren't here.</summary>
    public IEnumerable<Tool> MissingTools => Tools.Where(tool => !tool.IsThere);

    /// <summary>What it calls itself, in one line.</summary>
    public virtual string Version => VersionOf(Tools[0].Name, "--version");

    /// <summary>Shows a disk; returns when its file is there.</summary>
    /// <param name="image">A disk that it takes.</param>
    /// <param name="use">Whether the file is to be written.</param>
    /// <param name="folder">Empty, of the mount's own; removed with the mount.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="BenchmarkException">It doesn't work.</exception>
    public abstract MountedDisk Mount(DiskImage image, MountUse use, string folder, CancellationToken cancellation);

    protected static string VersionOf(string program, string option) => Command
        .Output(program, [option], VersionDeadline, CancellationToken.None)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .FirstOrDefault("unknown");
}
