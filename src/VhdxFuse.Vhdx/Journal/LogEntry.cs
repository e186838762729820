using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>A valid log entry: where it starts, its header, and how many descriptors of each kind follow.</summary>
internal readonly record struct LogEntry(
    LogSector Start, LogEntryHeader Header, uint DataDescriptorCount, uint ZeroDescriptorCount)
{
    public uint SectorCount => Header.EntryLengthBytes / LogSector.SizeBytes;

    public LogSector Tail => new(Header.TailOffsetBytes / LogSector.SizeBytes);
}
