using System;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>Checks a pending log, and replays it in memory: all checks behind this one look at the result.</summary>
internal static class LogCheck
{
    /// <param name="file">As it is.</param>
    /// <param name="header">The current one.</param>
    /// <param name="log">Of length 0 when none can be read.</param>
    /// <param name="policy">Whether a pending one is replayed.</param>
    /// <param name="findings">Gets what is found.</param>
    /// <returns>What the log came to, and the file as replay would leave it; without replay, as it is.</returns>
    public static (LogOutcome Outcome, IImageFile View) Run(
        IImageFile file, in VhdxHeader header, FileRange log, LogPolicy policy, FindingList findings)
    {
        if (header.LogGuid == Guid.Empty)
        {
            return (LogOutcome.Clean, file); // stale entries of earlier sessions are normal (T-11)
        }

        if (policy == LogPolicy.Ignore)
        {
            findings.Add(
                FindingSeverity.Info, "R-RPL-1", null, "a log is pending and was left out, as asked");
            return (LogOutcome.Ignored, file);
        }

        LogOutcome outcome = LogOutcome.Corrupt; // where it isn't even known where the log is
        if (log.LengthBytes > 0 && header.LogVersion == 0)
        {
            (outcome, IImageFile? view) = Replay(file, header, log, findings);
            if (view is not null)
            {
                return (outcome, view);
            }
        }

        if (outcome == LogOutcome.Corrupt)
        {
            findings.Add(
                FindingSeverity.Info,
                "R-RPL-1",
                null,
                "the rest was checked as the file holds it, without its log: it may look damaged for that alone");
        }

        return (outcome, file);
    }

    private static (LogOutcome Outcome, IImageFile? View) Replay(
        IImageFile file, in VhdxHeader header, FileRange log, FindingList findings)
    {
        var region = new LogRegion(file, log.Start, (uint)log.LengthBytes);
        LogScan scan = LogScanner.Scan(region, header.LogGuid);
        ActiveSequence? sequence = ActiveSequence.Find(region, scan);
        LogOutcome outcome = LogDecision.Decide(
            logNamed: true,
            LogPolicy.ReplayInMemory,
            LogDecision.ContentOf(sequence),
            scan.NamedSectorCount > 0);
        if (sequence is null)
        {
            NoteNoSequence(outcome, header.LogGuid, log, scan.NamedSectorCount, findings);
            return (outcome, null);
        }

        var overlay = new OverlayImageFile(file); // never disposed: the file below isn't ours
        try
        {
            ReplayReport report = LogReplayer.Replay(region, sequence, overlay);
            findings.Add(
                FindingSeverity.Info,
                "R-RPL-9",
                region.FileOffsetOf(sequence.Head.Start),
                $"a log of {report.EntryCount} entries is pending; all else was checked as if it had been replayed");
        }
        catch (VhdxException error) when (error.Kind != VhdxErrorKind.Io)
        {
            findings.Add(error, error.Kind switch
            {
                VhdxErrorKind.Truncated => "R-RPL-2",
                VhdxErrorKind.LogCorrupt => "R-LOG-13",
                _ => "R-RPL-9",
            });
            return (LogOutcome.Corrupt, null);
        }

        NoteSizes(region, sequence.Head, findings);
        NoteTorn(region, sequence.Head, scan, findings);
        return (outcome, overlay);
    }

    private static void NoteNoSequence(
        LogOutcome outcome, Guid logGuid, FileRange log, int namedSectors, FindingList findings)
    {
        if (outcome == LogOutcome.NamedButEmpty)
        {
            findings.Add(
                FindingSeverity.Warning,
                "T-6",
                log.Start,
                $"the header names the log {logGuid:B}, which was never written: nothing is pending");
            return;
        }

        findings.Add(
            FindingSeverity.Error,
            "R-SCN-3",
            log.Start,
            $"the {namedSectors} log entries under LogGuid {logGuid:B} make no whole sequence, expected one");
    }

    private static void NoteTorn(LogRegion region, in LogEntry head, LogScan scan, FindingList findings)
    {
        int torn = scan.NamedSectorCount - scan.Entries.Count;
        if (torn > 0)
        {
            findings.Add(
                FindingSeverity.Info,
                "R-SCN-5",
                region.FileOffsetOf(region.Advance(head.Start, head.SectorCount)),
                $"{torn} entries of this log aren't whole and don't count; what they were to change was never durable");
        }
    }

    private static void NoteSizes(LogRegion region, in LogEntry head, FindingList findings)
    {
        if (head.Header.FlushedFileOffset % Units.MiB != 0 || head.Header.LastFileOffset % Units.MiB != 0)
        {
            findings.Add(
                FindingSeverity.Info,
                "T-7",
                region.FileOffsetOf(head.Start) + 48,
                $"the log knows file sizes of 0x{head.Header.FlushedFileOffset:x} and " +
                $"0x{head.Header.LastFileOffset:x}, expected whole MiB");
        }
    }
}
