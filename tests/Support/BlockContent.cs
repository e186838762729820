using System;

namespace VhdxFuse.Support;

/// <summary>What a payload block's space in the file holds.</summary>
public sealed class BlockContent
{
    private readonly DiskRead? _fill;

    private BlockContent(DiskRead? fill) => _fill = fill;

    /// <summary>Zeros, left as a hole.</summary>
    public static BlockContent Zeros { get; } = new(null);

    public bool IsZeros => _fill is null;

    /// <summary>One byte value all over.</summary>
    public static BlockContent Filled(byte value) => new((_, target) => target.Fill(value));

    /// <summary>See <see cref="SectorStamp"/>.</summary>
    public static BlockContent Stamped(ulong seed = 0) =>
        new((diskOffset, target) => SectorStamp.Fill(diskOffset, target, seed));

    /// <summary>Whatever a function gives for a range of the disk.</summary>
    public static BlockContent From(DiskRead fill) => new(fill);

    public void Fill(long diskOffset, Span<byte> target)
    {
        if (_fill is null)
        {
            target.Clear();
            return;
        }

        _fill(diskOffset, target);
    }
}
