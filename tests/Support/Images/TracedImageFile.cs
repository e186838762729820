using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support.Images;

/// <summary>Writes down what is done to a file, in words: of an image laid out as ImageBuilder does it (log, metadata
/// and BAT at 1, 2 and 3 MiB).</summary>
public sealed class TracedImageFile(IImageFile inner) : IImageFile
{
    private const long KiB = 1024;
    private const long MiB = 1024 * KiB;
    private readonly List<string> _steps = [];

    /// <summary>What was done since the last call, as one line.</summary>
    public string TakeSteps()
    {
        string steps = string.Join(" | ", _steps);
        _steps.Clear();
        return steps;
    }

    public string Path => inner.Path;

    public string Identity => inner.Identity;

    public long LengthBytes => inner.LengthBytes;

    public bool HidesOldBlocks => inner.HidesOldBlocks;

    public int Read(FileOffset at, Span<byte> target) => inner.Read(at, target);

    public FileOffset NextData(FileOffset at) => inner.NextData(at);

    public void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        _steps.Add(at.Value switch
        {
            64 * KiB => "header 1",
            128 * KiB => "header 2",
            >= MiB and < 2 * MiB => $"log {(at.Value - MiB) / 4096}+{source.Length / 4096}",
            >= 3 * MiB and < 4 * MiB => $"bat {(at.Value - (3 * MiB)) / 4096}",
            _ => $"write {at.Value / MiB}",
        });
        inner.Write(at, source);
    }

    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        _steps.Add($"zero {at.Value / MiB}");
        inner.WriteZeros(at, lengthBytes);
    }

    public void SetLength(long lengthBytes)
    {
        _steps.Add($"length {lengthBytes / MiB}");
        inner.SetLength(lengthBytes);
    }

    public void Allocate(FileOffset at, long lengthBytes) => inner.Allocate(at, lengthBytes);

    public void Flush()
    {
        _steps.Add("flush");
        inner.Flush();
    }

    public void Dispose() => inner.Dispose();
}
