namespace VhdxFuse.Vhdx.Journal;

/// <summary>What replaying a log did.</summary>
/// <param name="EntryCount">Entries replayed, empty ones too.</param>
/// <param name="FirstSequenceNumber">Of the oldest one.</param>
/// <param name="LastSequenceNumber">Of the newest one.</param>
/// <param name="PageCount">Pages of 4 KiB written.</param>
/// <param name="ZeroRangeCount">Ranges zeroed.</param>
/// <param name="LengthBytes">The file's length afterwards.</param>
public sealed record ReplayReport(
    int EntryCount,
    ulong FirstSequenceNumber,
    ulong LastSequenceNumber,
    long PageCount,
    long ZeroRangeCount,
    long LengthBytes);
