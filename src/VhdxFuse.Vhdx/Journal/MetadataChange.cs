using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// Changes of metadata that belong together: all of them reach the log in one entry, or none (R-LOGW-9). Readers see
/// them in the order in which they were put here.
/// </summary>
internal sealed class MetadataChange
{
    private readonly List<(FileOffset At, byte[] Bytes)> _writes = [];

    /// <summary>The flush that must have completed before the log may hold the change: that of the payload it makes
    /// reachable (D-9).</summary>
    public FlushTicket MustFollow { get; init; }

    /// <summary>The end of all that the change makes reachable; the file must durably reach so far (D-10).</summary>
    public FileOffset End { get; set; }

    /// <summary>Space that nothing refers to any more once the change is durable.</summary>
    public FileRange? Freed { get; init; }

    /// <summary>What is put where; no part crosses into another page.</summary>
    public IReadOnlyList<(FileOffset At, byte[] Bytes)> Writes => _writes;

    /// <summary>Puts a number, as the format stores it.</summary>
    public void Put(FileOffset at, ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Put(at, bytes);
    }

    /// <summary>Puts bytes, page by page.</summary>
    public void Put(FileOffset at, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int inPage = MetadataPages.PageBytes - (int)(at.Value % MetadataPages.PageBytes);
            int count = int.Min(inPage, bytes.Length);
            _writes.Add((at, bytes[..count].ToArray()));
            bytes = bytes[count..];
            at += count;
        }
    }
}
