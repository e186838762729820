using System;
using System.Collections.Generic;
using VhdxFuse.Support.Images;

namespace VhdxFuse.Vhdx.Tests.Journal;

/// <summary>
/// A random ring: an earlier session's entries, then a run that may go round the end any number of times, with a Tail
/// that trails behind its head, and some damage.
/// </summary>
internal sealed class LogShape
{
    public const int Sector = 4096;
    private const long FirstTarget = 0x28_0000; // unused space in the metadata region of ImageBuilder's layout
    private const int Targets = 24;

    private LogShape(byte[] ring) => Ring = ring;

    public static Guid LogGuid { get; } = new("a1b2c3d4-e5f6-4789-90ab-cdef01234567");

    private static Guid StaleGuid { get; } = new("a1b2c3d4-e5f6-4789-90ab-cdef01234568");

    public byte[] Ring { get; }

    /// <summary>Whether some entry of the last run went round the end of the ring.</summary>
    public bool Wrapped { get; private set; }

    public static IEnumerable<long> TargetOffsets()
    {
        for (int i = 0; i < Targets; i++)
        {
            yield return FirstTarget + (i * Sector);
        }
    }

    public static LogShape Make(int seed, int sectors)
    {
#pragma warning disable CA5394 // a seeded source of shapes, not of secrets
        var random = new Random(seed);
        var shape = new LogShape(new byte[sectors * Sector]);
        ulong sequence = (ulong)random.NextInt64(1, 1L << 40);
        uint position = (uint)random.Next(sectors) * Sector;
        if (random.Next(3) != 0)
        {
            shape.WriteRun(random, StaleGuid, ref position, ref sequence, random.Next(1, sectors));
        }

        if (random.Next(4) == 0)
        {
            ulong older = sequence > 1000 ? sequence - 1000 : sequence;
            shape.WriteRun(random, LogGuid, ref position, ref older, random.Next(1, 4)); // an abandoned run
        }

        position = random.Next(2) == 0 ? (uint)random.Next(sectors) * Sector : position;
        shape.WriteRun(random, LogGuid, ref position, ref sequence, random.Next(1, sectors * 2));
        for (int tears = random.Next(4) - 1; tears > 0; tears--)
        {
            shape.Ring[random.Next(shape.Ring.Length)] ^= (byte)random.Next(1, 256);
        }

        return shape;
    }

    private void WriteRun(Random random, Guid logGuid, ref uint position, ref ulong sequence, int entries)
    {
        var live = new Queue<(uint At, int Length)>(); // from Tail on; together shorter than the ring
        int used = 0;
        for (int i = 0; i < entries; i++)
        {
            LogEntryBytes entry = NewEntry(random, logGuid, sequence++);
            while (live.Count > 0 && (used + entry.LengthBytes + Sector > Ring.Length || random.Next(5) == 0))
            {
                used -= live.Dequeue().Length;
            }

            if (entry.LengthBytes + Sector > Ring.Length)
            {
                sequence--;
                continue;
            }

            live.Enqueue((position, entry.LengthBytes));
            used += entry.LengthBytes;
            entry.Tail = live.Peek().At;
            Wrapped |= position + entry.LengthBytes > Ring.Length;
            byte[] bytes = entry.Build();
            for (int at = 0; at < bytes.Length; at += Sector)
            {
                bytes.AsSpan(at, Sector).CopyTo(Ring.AsSpan((int)((position + at) % Ring.Length)));
            }

            position = (uint)((position + bytes.Length) % Ring.Length);
        }
    }

    private static LogEntryBytes NewEntry(Random random, Guid logGuid, ulong sequence)
    {
        var entry = new LogEntryBytes { SequenceNumber = sequence, LogGuid = logGuid };
        for (int left = random.Next(4); left > 0; left--)
        {
            long target = FirstTarget + (random.Next(Targets) * Sector);
            if (random.Next(4) == 0)
            {
                entry.Zero(target, random.Next(3) * Sector);
            }
            else
            {
                byte[] page = new byte[Sector];
                random.NextBytes(page);
                entry.Data(target, page);
            }
        }

        return entry;
#pragma warning restore CA5394
    }
}
