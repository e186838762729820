using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>What one entry of a log would write, whether it counts or not.</summary>
public sealed class LogEntryContent
{
    /// <summary>Updates that are told one by one: all that a sane writer puts into an entry.</summary>
    public const int MaxUpdates = 1 << 16;

    private readonly LogRegion _region;

    private LogEntryContent(LogRegion region, IReadOnlyList<LogUpdate> updates)
    {
        _region = region;
        Updates = updates;
    }

    /// <summary>In the order in which replay would make them; at most <see cref="MaxUpdates"/>.</summary>
    public IReadOnlyList<LogUpdate> Updates { get; }

    /// <summary>Reads an entry.</summary>
    /// <param name="file">Not owned, and in use as long as the content is; only read.</param>
    /// <param name="log">What was found in that file's log.</param>
    /// <param name="entry">One of its entries.</param>
    /// <exception cref="VhdxException">LogCorrupt: the entry isn't whole, so nothing in it can be trusted. Io: the file
    /// below failed.</exception>
    public static LogEntryContent Read(IImageFile file, LogInspection log, LogEntryInfo entry)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(entry);
        var region = new LogRegion(file, log.Start, (uint)log.LengthBytes);
        var start = new LogSector((uint)(entry.OffsetInLog / LogSector.SizeBytes));
        byte[] sector = new byte[LogSector.SizeBytes];
        region.Read(start, sector);
        if (!LogEntryHeader.TryRead(sector, out LogEntryHeader header)
            || new LogEntryCheck(region).Check(start, header, out LogEntry found) is not LogEntryDefect.None)
        {
            throw new VhdxException(
                VhdxErrorKind.LogCorrupt, file.Path, entry.At, "this log entry isn't whole: its content means nothing");
        }

        List<LogUpdate> updates = UpdatesOf(region, found);
        StructureNames? names = StructureNames.TryFor(file, updates);
        for (int i = 0; names is not null && i < updates.Count; i++)
        {
            updates[i] = updates[i] with { Structure = names.NameOf(updates[i].TargetOffset) };
        }

        return new LogEntryContent(region, updates);
    }

    /// <summary>Reads the page that an update writes.</summary>
    /// <param name="update">One of <see cref="Updates"/>, not of zeros.</param>
    /// <returns>4096 bytes.</returns>
    public byte[] ReadPage(LogUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        byte[] page = new byte[LogSector.SizeBytes];
        _region.Read(update.PageAt, page);
        LogDataSector.Restore(page, update.Descriptor);
        return page;
    }

    private static List<LogUpdate> UpdatesOf(LogRegion region, in LogEntry entry)
    {
        var updates = new List<LogUpdate>();
        byte[] sector = new byte[LogSector.SizeBytes];
        uint sectors = (uint)LogEntryCheck.DescriptorSectors(entry.Header.DescriptorCount);
        uint left = entry.Header.DescriptorCount;
        uint page = sectors;
        for (uint done = 0; done < sectors; done++)
        {
            region.Read(region.Advance(entry.Start, done), sector);
            for (int at = done == 0 ? LogEntryHeader.SizeBytes : 0;
                at < sector.Length && left > 0 && updates.Count < MaxUpdates;
                at += LogDescriptor.SizeBytes, left--)
            {
                // Valid a moment ago: what isn't a descriptor now is another's work on the same file.
                if (LogDescriptor.TryRead(sector.AsSpan(at), out LogDescriptor descriptor))
                {
                    updates.Add(new LogUpdate
                    {
                        TargetOffset = descriptor.FileOffset,
                        LengthBytes = descriptor.TargetLengthBytes,
                        IsZero = descriptor.IsZero,
                        PageAt = region.Advance(entry.Start, uint.Min(page, entry.SectorCount - 1)),
                        Descriptor = descriptor,
                    });
                    page += descriptor.IsZero ? 0u : 1;
                }
            }
        }

        return updates;
    }
}
