using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support;

/// <summary>The log of an image as a test wants it: entries at any place of the ring, wrapped at its end.</summary>
/// <remarks>An <see cref="ImageDraft"/> with entries in its log names the log's GUID in both headers.</remarks>
public sealed class LogBuilder
{
    /// <summary>The GUID of logs unless a test says another: the LG of the format's test vectors.</summary>
    public static readonly Guid DefaultLogGuid = new("a1b2c3d4-e5f6-4789-90ab-cdef01234567");

    private readonly List<(uint Position, LogEntryDraft Entry)> _entries = [];

    /// <summary>What entries get that are put from now on.</summary>
    public Guid LogGuid { get; set; } = DefaultLogGuid;

    /// <summary>What entries get that are put from now on.</summary>
    public long FlushedFileOffset { get; set; } = 4 * Units.MiB;

    /// <summary>What entries get that are put from now on.</summary>
    public long LastFileOffset { get; set; } = 4 * Units.MiB;

    public int EntryCount => _entries.Count;

    /// <summary>Puts an entry at a ring position and gives it, to be filled and bent.</summary>
    /// <remarks>Entries are written in the order they were put: a later one may overwrite an earlier one.</remarks>
    public LogEntryDraft Put(uint position, ulong sequenceNumber, uint tail)
    {
        LogEntryDraft entry = new()
        {
            SequenceNumber = sequenceNumber,
            TailOffsetBytes = tail,
            LogGuid = LogGuid,
            FlushedFileOffset = (ulong)FlushedFileOffset,
            LastFileOffset = (ulong)LastFileOffset,
        };
        _entries.Add((position, entry));
        return entry;
    }

    /// <summary>The entry put as the n-th, from 0, to be bent further.</summary>
    public LogEntryDraft Entry(int index) => _entries[index].Entry;

    /// <summary>Writes the entries into the ring of a file.</summary>
    public void WriteTo(IImageFile file, long logOffset, long logLengthBytes)
    {
        foreach ((uint position, LogEntryDraft entry) in _entries)
        {
            ReadOnlySpan<byte> bytes = entry.Build();
            long at = position;
            while (!bytes.IsEmpty)
            {
                int run = (int)Math.Min(bytes.Length, logLengthBytes - at);
                file.Write(new FileOffset(logOffset + at), bytes[..run]);
                bytes = bytes[run..];
                at = 0;
            }
        }
    }
}
