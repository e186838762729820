using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>A look at every entry in a log, whether it counts or not. Needs no more of a file than a header.</summary>
/// <param name="Start">Where the log lies.</param>
/// <param name="LengthBytes">0 when the file has none.</param>
/// <param name="LogGuid">Of the current header; zero when no log is pending.</param>
/// <param name="Outcome">What opening the image would make of it.</param>
/// <param name="Entries">By position.</param>
public sealed record LogInspection(
    FileOffset Start, long LengthBytes, Guid LogGuid, LogOutcome Outcome, IReadOnlyList<LogEntryInfo> Entries)
{
    /// <summary>Looks at a file's log.</summary>
    /// <param name="file">Not owned; only read.</param>
    /// <exception cref="VhdxException">Its headers don't say where the log is.</exception>
    public static LogInspection Read(IImageFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _ = ImageOpener.ReadIdentifier(file);
        HeaderPair headers = HeaderPair.Read(file);
        FileRange log = HeaderRules.Judge(file, headers);
        Guid logGuid = headers.Current.LogGuid;
        if (log.LengthBytes == 0)
        {
            return new LogInspection(log.Start, 0, logGuid, LogOutcome.Clean, []);
        }

        var region = new LogRegion(file, log.Start, (uint)log.LengthBytes);
        LogScan scan = LogScanner.Scan(region, logGuid);
        ActiveSequence? sequence = ActiveSequence.Find(region, scan);
        LogOutcome outcome = LogDecision.Decide(
            logGuid != Guid.Empty,
            LogPolicy.ReplayInMemory,
            LogDecision.ContentOf(sequence),
            scan.NamedSectorCount > 0);
        Dictionary<LogSector, LogEntryState> states = StatesOf(outcome, sequence);
        var entries = new List<LogEntryInfo>();
        var check = new LogEntryCheck(region);
        LogScanner.Visit(region, (sector, header) =>
            entries.Add(InfoOf(region, check, sector, header, logGuid, states)));
        return new LogInspection(log.Start, log.LengthBytes, logGuid, outcome, entries);
    }

    private static Dictionary<LogSector, LogEntryState> StatesOf(LogOutcome outcome, ActiveSequence? sequence)
    {
        var states = new Dictionary<LogSector, LogEntryState>();
        for (int i = 0; outcome != LogOutcome.Clean && sequence is not null && i < sequence.Run.Count; i++)
        {
            states.Add(sequence.Run[i].Start, i < sequence.TailIndex ? LogEntryState.BeforeTail : LogEntryState.Active);
        }

        return states;
    }

    private static LogEntryInfo InfoOf(
        LogRegion region,
        LogEntryCheck check,
        LogSector sector,
        LogEntryHeader header,
        Guid logGuid,
        Dictionary<LogSector, LogEntryState> states)
    {
        LogEntryDefect defect = check.Check(sector, header, out LogEntry entry);
        LogEntryState state = header.LogGuid != logGuid || logGuid == Guid.Empty ? LogEntryState.Stale
            : defect != LogEntryDefect.None ? LogEntryState.Torn
            : states.GetValueOrDefault(sector, LogEntryState.Superseded);
        return new LogEntryInfo(
            region.FileOffsetOf(sector),
            sector.OffsetBytes,
            state,
            defect,
            header.SequenceNumber,
            header.EntryLengthBytes,
            header.TailOffsetBytes,
            entry.DataDescriptorCount,
            entry.ZeroDescriptorCount,
            header.LogGuid,
            header.FlushedFileOffset,
            header.LastFileOffset);
    }
}
