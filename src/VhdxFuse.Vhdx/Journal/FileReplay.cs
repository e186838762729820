using System;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// Replays a log into its own file (D-2). Crash contract: at every moment the header names either the log, whole, or
/// none, with everything at home; so a replay that a crash ends begins again and comes to the same disk.
/// </summary>
internal static class FileReplay
{
    /// <summary>Brings the file up to date and ends its log.</summary>
    /// <param name="file">Open for writing.</param>
    /// <param name="headers">As they are in the file.</param>
    /// <param name="region">Where the log lies.</param>
    /// <param name="sequence">What to replay; null: the log was named but never begun (T-6), and is only
    /// ended.</param>
    /// <param name="fileWriteGuid">New: the file is written. The DataWriteGuid stays: its disk doesn't change
    /// (R-RPL-4).</param>
    public static ReplayReport? Replay(
        IImageFile file, HeaderPair headers, LogRegion region, ActiveSequence? sequence, Guid fileWriteGuid)
    {
        var writer = new HeaderWriter(file, headers);

        // D-1: what was read may be in another process's cache only.
        file.Flush();
        writer.Update(writer.Current with { FileWriteGuid = fileWriteGuid });
        file.Flush();

        // Ends with a flush of all that it wrote, and of the length (R-RPL-7).
        ReplayReport? report = sequence is null ? null : LogReplayer.Replay(region, sequence, file);

        // R-RPL-8: only now, and twice, so that the slots agree.
        for (int slot = 0; slot < 2; slot++)
        {
            writer.Update(writer.Current with { LogGuid = Guid.Empty });
            file.Flush();
        }

        return report;
    }
}
