using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Copying;

/// <summary>The disk that is converted: in an image and its parents, in a raw file, or from standard input.</summary>
internal sealed class InputDisk : IDisposable
{
    public const string StandardStream = "-";

    private readonly IDisposable _opened;

    private InputDisk(IDiskSource source, IDisposable opened)
    {
        Source = source;
        _opened = opened;
    }

    public IDiskSource Source { get; }

    /// <summary>The sizes of an image's disk; null for a raw one.</summary>
    public DiskGeometry? Geometry { get; private init; }

    /// <summary>The files that are read.</summary>
    public IReadOnlySet<string> Identities { get; private init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>A raw disk of which only the end tells how long it is.</summary>
    /// <param name="maxBytes">The most that it may hold; 0: no limit.</param>
    /// <param name="isSurelyRaw">Whether it may start as an image does.</param>
    /// <exception cref="ProgramException">Usage: it is a terminal.</exception>
    public static InputDisk FromStandardInput(long maxBytes, bool isSurelyRaw)
    {
        if (!Console.IsInputRedirected)
        {
            throw new ProgramException(ExitCode.Usage, "standard input is a terminal; a raw disk is piped into it");
        }

        Stream stream = Console.OpenStandardInput();
        return new InputDisk(new PipedSource(stream, maxBytes, isSurelyRaw), stream);
    }

    /// <summary>Takes over the file.</summary>
    public static InputDisk FromRaw(LinuxFile file) => new(DiskSource.Of(file), file)
    {
        Identities = new HashSet<string>(StringComparer.Ordinal) { file.Identity },
    };

    /// <summary>Takes over the chain.</summary>
    public static InputDisk FromImage(DifferencingChain chain) => new(DiskSource.Of(chain.Disk), chain)
    {
        Geometry = chain.Layers[^1].Geometry,
        Identities = chain.Layers.Select(layer => layer.Source.Identity).ToHashSet(StringComparer.Ordinal),
    };

    public void Dispose() => _opened.Dispose();
}
