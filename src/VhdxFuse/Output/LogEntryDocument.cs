using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Output;

/// <summary>A sector of the log that starts like an entry.</summary>
internal sealed record LogEntryDocument
{
    public required long FileOffset { get; init; }

    public required long LogOffset { get; init; }

    /// <summary>active, beforeTail, superseded, stale or torn.</summary>
    public required string State { get; init; }

    /// <summary>none, or what is wrong.</summary>
    public required string Defect { get; init; }

    public required ulong SequenceNumber { get; init; }

    public required long Length { get; init; }

    public required long Tail { get; init; }

    public required long DataDescriptors { get; init; }

    public required long ZeroDescriptors { get; init; }

    public required string LogGuid { get; init; }

    public required ulong FlushedFileOffset { get; init; }

    public required ulong LastFileOffset { get; init; }

    public static LogEntryDocument Of(LogEntryInfo entry) => new()
    {
        FileOffset = entry.At.Value,
        LogOffset = entry.OffsetInLog,
        State = Documents.Name(entry.State),
        Defect = Documents.Name(entry.Defect),
        SequenceNumber = entry.SequenceNumber,
        Length = entry.LengthBytes,
        Tail = entry.TailOffset,
        DataDescriptors = entry.DataDescriptorCount,
        ZeroDescriptors = entry.ZeroDescriptorCount,
        LogGuid = Documents.Text(entry.LogGuid),
        FlushedFileOffset = entry.FlushedFileOffset,
        LastFileOffset = entry.LastFileOffset,
    };
}
