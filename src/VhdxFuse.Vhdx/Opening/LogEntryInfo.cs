using System;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>A sector of the log that starts like an entry.</summary>
/// <param name="At">In the file.</param>
/// <param name="OffsetInLog">In the ring, as Tail counts.</param>
/// <param name="State">What it counts for.</param>
/// <param name="Defect">Why it is torn; for stale ones, what is wrong with them now, if anything.</param>
/// <param name="SequenceNumber">As the entry says; so are all below, and of an invalid one they mean little.</param>
/// <param name="LengthBytes">Of the entry.</param>
/// <param name="TailOffset">In the ring.</param>
/// <param name="DataDescriptorCount">0 when the entry isn't valid.</param>
/// <param name="ZeroDescriptorCount">0 when the entry isn't valid.</param>
/// <param name="LogGuid">Whose it is.</param>
/// <param name="FlushedFileOffset">A size the file durably had.</param>
/// <param name="LastFileOffset">A size that holds all that was allocated.</param>
public sealed record LogEntryInfo(
    FileOffset At,
    long OffsetInLog,
    LogEntryState State,
    LogEntryDefect Defect,
    ulong SequenceNumber,
    long LengthBytes,
    long TailOffset,
    long DataDescriptorCount,
    long ZeroDescriptorCount,
    Guid LogGuid,
    ulong FlushedFileOffset,
    ulong LastFileOffset);
