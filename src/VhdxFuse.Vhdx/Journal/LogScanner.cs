using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>Finds every entry in the ring. MS-VHDX 2.3.2 (R-SCN-7: the ring is read once, each entry once
/// more).</summary>
internal static class LogScanner
{
    private const int WindowBytes = 64 * Units.KiB;

    /// <summary>Finds the entries that carry a LogGuid; those of earlier sessions are invisible (R-LOG-1,
    /// R-SCN-6).</summary>
    public static LogScan Scan(LogRegion region, Guid logGuid)
    {
        var entries = new List<LogEntry>();
        var check = new LogEntryCheck(region);
        int named = 0;
        Visit(region, (sector, header) =>
        {
            if (header.LogGuid == logGuid)
            {
                named++;
                if (check.Check(sector, header, out LogEntry entry) == LogEntryDefect.None)
                {
                    entries.Add(entry);
                }
            }
        });
        return new LogScan(entries, named);
    }

    /// <summary>Calls for each sector of the ring that starts like an entry, by position.</summary>
    public static void Visit(LogRegion region, Action<LogSector, LogEntryHeader> visitor)
    {
        byte[] window = new byte[(int)long.Min(WindowBytes, region.LengthBytes)];
        for (uint first = 0; first < region.SectorCount; first += (uint)(window.Length / LogSector.SizeBytes))
        {
            Span<byte> bytes = window.AsSpan(
                0, (int)long.Min(window.Length, region.LengthBytes - new LogSector(first).OffsetBytes));
            region.Read(new LogSector(first), bytes);
            for (int at = 0; at < bytes.Length; at += LogSector.SizeBytes)
            {
                if (LogEntryHeader.TryRead(bytes[at..], out LogEntryHeader header))
                {
                    visitor(new LogSector(first + (uint)(at / LogSector.SizeBytes)), header);
                }
            }
        }
    }
}
