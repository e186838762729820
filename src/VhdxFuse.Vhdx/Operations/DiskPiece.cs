using System;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>A stretch of a disk on its way from a source to a target, of at most 1 MiB, which it never crosses the
/// border of: so it lies in one block of any image. Knows which parts of it hold something else than zeros.</summary>
/// <remarks>For one thread at a time. Filled again and again, so that a copy needs no more memory than its
/// pieces.</remarks>
public sealed class DiskPiece
{
    /// <summary>The most that a piece holds; every block size is a multiple.</summary>
    public const int MaxBytes = Units.MiB;

    // What is looked at for zeros at once. Below it a hole costs a file system more than it saves.
    private const int GrainBytes = 64 * Units.KiB;

    private readonly byte[] _bytes = new byte[MaxBytes];
    private uint _data; // a bit for each grain, set when it isn't all zeros

    /// <summary>Where it starts on the disk.</summary>
    public long Offset { get; private set; }

    /// <summary>At least 1 once it was filled.</summary>
    public int LengthBytes { get; private set; }

    /// <summary>Where it ends on the disk.</summary>
    public long End => Offset + LengthBytes;

    /// <summary>What the disk holds there.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, LengthBytes);

    /// <summary>Finds the next run that isn't known to be zeros.</summary>
    /// <param name="from">Where the last one ended; first 0.</param>
    /// <param name="start">In the piece, in bytes.</param>
    /// <param name="lengthBytes">At least 1.</param>
    /// <returns>False when only zeros follow.</returns>
    public bool TryFindRun(int from, out int start, out int lengthBytes)
    {
        int grain = (from + GrainBytes - 1) / GrainBytes; // the last run may have ended inside a short grain
        while (grain * GrainBytes < LengthBytes && !Holds(grain))
        {
            grain++;
        }

        start = grain * GrainBytes;
        while (grain * GrainBytes < LengthBytes && Holds(grain))
        {
            grain++;
        }

        lengthBytes = int.Min(grain * GrainBytes, LengthBytes) - start;
        return lengthBytes > 0;
    }

    /// <summary>Begins a piece at the grain that holds an offset.</summary>
    /// <returns>Where its bytes go.</returns>
    internal Span<byte> Begin(long offset, long diskEnd)
    {
        Offset = offset - (offset % GrainBytes);
        LengthBytes = (int)(long.Min(Units.RoundUp(offset + 1, MaxBytes), diskEnd) - Offset);
        return _bytes.AsSpan(0, LengthBytes);
    }

    /// <summary>Ends the filling.</summary>
    /// <param name="filledBytes">How many bytes there are.</param>
    internal void Complete(int filledBytes)
    {
        LengthBytes = filledBytes;
        _data = 0;
        for (int at = 0; at < LengthBytes; at += GrainBytes)
        {
            ReadOnlySpan<byte> grain = _bytes.AsSpan(at, int.Min(GrainBytes, LengthBytes - at));
            _data |= grain.ContainsAnyExcept((byte)0) ? 1u << (at / GrainBytes) : 0;
        }
    }

    private bool Holds(int grain) => (_data & (1u << grain)) != 0;
}
