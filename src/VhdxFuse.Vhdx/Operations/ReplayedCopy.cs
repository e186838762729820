using System;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>
/// Copies an image file, holes as holes, and replays its pending log into the copy: the same disk in a file that has no
/// log pending, for programs that don't replay. Protocol <em>new file</em>: the file identifier is written last, when
/// all else is durable (R-CRE-4).
/// </summary>
public static class ReplayedCopy
{
    private const int PieceBytes = Units.MiB;
    private const int LeastHoleBytes = 64 * Units.KiB;

    /// <summary>Makes the copy.</summary>
    /// <param name="source">Not owned; only read.</param>
    /// <param name="target">Empty, open for writing; not disposed. Durable when the call returns.</param>
    /// <param name="guids">Where the copy's FileWriteGuid comes from; its DataWriteGuid stays, so that children find
    /// it (R-RPL-4).</param>
    /// <param name="progress">Told how many bytes of the file are done. May throw to end the work: the target is no
    /// image then.</param>
    /// <returns>What was replayed; null when the log was clean, and the copy is the same byte for byte, or was named
    /// but never begun.</returns>
    /// <exception cref="VhdxException">LogCorrupt: the log makes no whole sequence, or writes where it may not.
    /// Truncated: the file is shorter than its log knows it. Io, NoSpace: a file below failed.</exception>
    public static ReplayReport? Write(
        IImageFile source, IImageFile target, IGuidSource guids, Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(guids);
        LogInspection log = LogInspection.Read(source);
        if (log.Outcome == LogOutcome.Corrupt)
        {
            throw new VhdxException(
                VhdxErrorKind.LogCorrupt, source.Path, log.Start, "the pending log makes no whole sequence");
        }

        Copy(source, target, progress);
        ReplayReport? report = log.Outcome == LogOutcome.Clean ? null : Replay(target, log, guids);
        target.Flush();
        byte[] identifier = new byte[FileTypeIdentifier.SizeBytes];
        source.ReadExactly(default, identifier);
        target.Write(default, identifier);
        target.Flush();
        return report;
    }

    private static ReplayReport? Replay(IImageFile target, LogInspection log, IGuidSource guids)
    {
        var region = new LogRegion(target, log.Start, (uint)log.LengthBytes);
        ActiveSequence? sequence = ActiveSequence.Find(region, LogScanner.Scan(region, log.LogGuid));
        return FileReplay.Replay(target, HeaderPair.Read(target), region, sequence, guids.NewGuid());
    }

    // All but the identifier; what is zeros stays a hole.
    private static void Copy(IImageFile source, IImageFile target, Action<long>? progress)
    {
        target.SetLength(source.LengthBytes);
        byte[] piece = new byte[PieceBytes];
        for (var at = new FileOffset(FileTypeIdentifier.SizeBytes); at.Value < source.LengthBytes;)
        {
            progress?.Invoke(at.Value);
            at = source.NextData(at);
            int length = (int)long.Min(PieceBytes - (at.Value % LeastHoleBytes), source.LengthBytes - at.Value);
            if (length <= 0)
            {
                break;
            }

            source.ReadExactly(at, piece.AsSpan(0, length));
            WriteData(target, at, piece.AsSpan(0, length));
            at += length;
        }

        progress?.Invoke(source.LengthBytes);
    }

    private static void WriteData(IImageFile target, FileOffset at, ReadOnlySpan<byte> piece)
    {
        for (int done = 0; done < piece.Length;)
        {
            int inUnit = LeastHoleBytes - (int)((at.Value + done) % LeastHoleBytes);
            ReadOnlySpan<byte> part = piece.Slice(done, int.Min(inUnit, piece.Length - done));
            if (part.ContainsAnyExcept((byte)0))
            {
                target.Write(at + done, part);
            }

            done += part.Length;
        }
    }
}
