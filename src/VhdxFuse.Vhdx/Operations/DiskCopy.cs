using System;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>Copies a disk. A host with threads may do the same with several pieces, and read ahead of the
/// writes.</summary>
public static class DiskCopy
{
    /// <summary>Copies all of a disk and makes it durable.</summary>
    /// <param name="source">At its start.</param>
    /// <param name="target">Nothing written yet.</param>
    /// <param name="progress">Told where the copy stands, in bytes of the disk. What it throws ends the copy, and
    /// leaves the target unfinished.</param>
    /// <exception cref="VhdxException">One of them failed.</exception>
    public static void Run(IDiskSource source, IDiskTarget target, Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        var piece = new DiskPiece();
        while (source.TryRead(piece))
        {
            target.Write(piece);
            progress?.Invoke(piece.End);
        }

        target.Complete(source.LengthBytes ?? throw new ArgumentException("the source has no end", nameof(source)));
    }
}
