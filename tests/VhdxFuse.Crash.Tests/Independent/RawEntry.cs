using System;
using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>A valid log entry.</summary>
internal sealed record RawEntry(
    long Position, int Length, long Tail, ulong Sequence, long Flushed, long Last, IReadOnlyList<RawUpdate> Updates)
{
    public const int SectorBytes = 4096;

    /// <summary>Reads what may be an entry: rules R-LOG-1 to R-LOG-9 of the format.</summary>
    /// <param name="position">Where in the ring.</param>
    /// <param name="logGuid">Whose log it must be.</param>
    /// <param name="ringLength">Of the log.</param>
    /// <param name="read">The ring's sectors, round its end.</param>
    /// <returns>Null: not an entry.</returns>
    public static RawEntry? TryRead(long position, Guid logGuid, long ringLength, Func<long, int, byte[]> read)
    {
        byte[] head = read(position, SectorBytes);
        long length = Raw.U32(head, 8);
        long tail = Raw.U32(head, 12);
        ulong sequence = Raw.U64(head, 16);
        long count = Raw.U32(head, 24);
        long descriptorBytes = (64 + (32 * count) + SectorBytes - 1) / SectorBytes * SectorBytes;
        if (!Raw.Starts(head, "loge") || new Guid(head.AsSpan(32, 16)) != logGuid || sequence == 0
            || length % SectorBytes != 0 || length < SectorBytes || length >= ringLength
            || tail % SectorBytes != 0 || tail >= ringLength || descriptorBytes > length)
        {
            return null;
        }

        byte[] entry = read(position, (int)length);
        return Castagnoli.Of(entry, 4) == Raw.U32(entry, 4)
            && UpdatesOf(entry, (int)count, (int)descriptorBytes, sequence) is { } updates
                ? new RawEntry(
                    position, (int)length, tail, sequence, (long)Raw.U64(entry, 48), (long)Raw.U64(entry, 56), updates)
                : null;
    }

    private static List<RawUpdate>? UpdatesOf(byte[] entry, int count, int descriptorBytes, ulong sequence)
    {
        List<RawUpdate> updates = [];
        int dataAt = descriptorBytes;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> descriptor = entry.AsSpan(64 + (32 * i), 32);
            bool isZero = Raw.Starts(descriptor, "zero");
            ulong at = Raw.U64(descriptor, 16);
            if (Raw.U64(descriptor, 24) != sequence || at % SectorBytes != 0 || at >= 1UL << 48)
            {
                return null;
            }

            if (isZero && Raw.U64(descriptor, 8) is var zeros && zeros % SectorBytes == 0 && zeros < 1UL << 48)
            {
                updates.Add(new RawUpdate((long)at, (long)zeros, null));
                continue;
            }

            if (isZero || !Raw.Starts(descriptor, "desc") || dataAt + SectorBytes > entry.Length)
            {
                return null;
            }

            byte[] page = entry[dataAt..(dataAt + SectorBytes)];
            if (!Raw.Starts(page, "data") || Raw.U32(page, 4) != sequence >> 32
                || Raw.U32(page, 4092) != (uint)sequence)
            {
                return null;
            }

            descriptor.Slice(8, 8).CopyTo(page);
            descriptor.Slice(4, 4).CopyTo(page.AsSpan(4092));
            updates.Add(new RawUpdate((long)at, SectorBytes, page));
            dataAt += SectorBytes;
        }

        return dataAt == entry.Length ? updates : null;
    }
}
