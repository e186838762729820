using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Vhdx.Tests.Journal;

/// <summary>
/// The log as the specification words it, written down plainly and slowly: entries judged one by one, a run walked from
/// every sector, the replay a dictionary of pages. The engine is compared with it.
/// </summary>
internal sealed class LogModel(byte[] ring, Guid logGuid)
{
    private const int Sector = 4096;
    private readonly Dictionary<int, (LogEntryHeader Header, byte[] Bytes)?> _judged = [];

    /// <summary>First and last sequence number of what is replayed; null when no sequence is valid.</summary>
    public (ulong First, ulong Last)? Active { get; private set; }

    /// <summary>Pages by file offset.</summary>
    public Dictionary<long, byte[]> Pages { get; } = [];

    public LogModel Replay()
    {
        List<(int At, LogEntryHeader Header, byte[] Bytes)>? best = null;
        for (int start = 0; start < ring.Length; start += Sector)
        {
            List<(int At, LogEntryHeader Header, byte[] Bytes)> run = RunFrom(start);
            if (run.Count > 0 && run.Any(entry => entry.At == run[^1].Header.TailOffsetBytes)
                && (best is null || run[^1].Header.SequenceNumber > best[^1].Header.SequenceNumber
                    || (run[^1].Header.SequenceNumber == best[^1].Header.SequenceNumber && run.Count > best.Count)))
            {
                best = run;
            }
        }

        if (best is null)
        {
            return this;
        }

        int tail = best.FindIndex(entry => entry.At == best[^1].Header.TailOffsetBytes);
        Active = (best[tail].Header.SequenceNumber, best[^1].Header.SequenceNumber);
        foreach ((_, LogEntryHeader header, byte[] bytes) in best.Skip(tail))
        {
            Apply(header, bytes);
        }

        return this;
    }

    private List<(int At, LogEntryHeader Header, byte[] Bytes)> RunFrom(int start)
    {
        var run = new List<(int At, LogEntryHeader Header, byte[] Bytes)>();
        int at = start;
        int total = 0;
        while (EntryAt(at) is { } entry && total + entry.Bytes.Length <= ring.Length
            && (run.Count == 0 || entry.Header.SequenceNumber == run[^1].Header.SequenceNumber + 1))
        {
            run.Add((at, entry.Header, entry.Bytes));
            total += entry.Bytes.Length;
            at = (at + entry.Bytes.Length) % ring.Length;
        }

        return run;
    }

    private (LogEntryHeader Header, byte[] Bytes)? EntryAt(int at)
    {
        if (!_judged.TryGetValue(at, out (LogEntryHeader Header, byte[] Bytes)? entry))
        {
            entry = Judge(at);
            _judged.Add(at, entry);
        }

        return entry;
    }

    private (LogEntryHeader Header, byte[] Bytes)? Judge(int at)
    {
        if (!LogEntryHeader.TryRead(ring.AsSpan(at), out LogEntryHeader header) || header.LogGuid != logGuid
            || header.EntryLengthBytes == 0 || header.EntryLengthBytes % Sector != 0
            || header.EntryLengthBytes >= ring.Length || header.TailOffsetBytes % Sector != 0
            || header.TailOffsetBytes >= ring.Length || header.SequenceNumber == 0)
        {
            return null;
        }

        byte[] bytes = new byte[header.EntryLengthBytes];
        for (int i = 0; i < bytes.Length; i += Sector)
        {
            ring.AsSpan((at + i) % ring.Length, Sector).CopyTo(bytes.AsSpan(i));
        }

        long descriptorBytes = (64 + (32L * header.DescriptorCount) + Sector - 1) / Sector * Sector;
        if (descriptorBytes > bytes.Length || Crc32C.OfStructure(bytes, 4) != header.Checksum)
        {
            return null;
        }

        long data = descriptorBytes;
        for (int i = 0; i < header.DescriptorCount; i++)
        {
            if (!LogDescriptor.TryRead(bytes.AsSpan(64 + (32 * i)), out LogDescriptor descriptor)
                || descriptor.SequenceNumber != header.SequenceNumber || descriptor.FileOffset % Sector != 0
                || descriptor.ZeroLengthBytes % Sector != 0)
            {
                return null;
            }

            if (!descriptor.IsZero)
            {
                if (data >= bytes.Length
                    || !LogDataSector.Belongs(bytes.AsSpan((int)data, Sector), header.SequenceNumber))
                {
                    return null;
                }

                data += Sector;
            }
        }

        return data == bytes.Length ? (header, bytes) : null;
    }

    private void Apply(LogEntryHeader header, byte[] bytes)
    {
        int data = (int)((64 + (32L * header.DescriptorCount) + Sector - 1) / Sector * Sector);
        for (int i = 0; i < header.DescriptorCount; i++)
        {
            LogDescriptor.TryRead(bytes.AsSpan(64 + (32 * i)), out LogDescriptor descriptor);
            if (descriptor.IsZero)
            {
                for (ulong zeroed = 0; zeroed < descriptor.ZeroLengthBytes; zeroed += Sector)
                {
                    Pages[(long)(descriptor.FileOffset + zeroed)] = new byte[Sector];
                }

                continue;
            }

            byte[] page = bytes.AsSpan(data, Sector).ToArray();
            LogDataSector.Restore(page, descriptor);
            Pages[(long)descriptor.FileOffset] = page;
            data += Sector;
        }
    }
}
