using System;
using System.Collections.Generic;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Journal;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Journal;

/// <summary>Each way an entry can be wrong, its checksum right except where that is the way.</summary>
public sealed class LogEntryCheckTests
{
    private const int Ring = 1 << 20;

    private static readonly Dictionary<string, (LogEntryDefect Defect, LogEntryBytes Entry)> Rows =
        new(StringComparer.Ordinal)
        {
            ["nothing"] = (LogEntryDefect.None, New()),
            ["length 0"] = (LogEntryDefect.Length, New(length: 0)),
            ["length no sector"] = (LogEntryDefect.Length, New(length: 12289)),
            ["length of the ring"] = (LogEntryDefect.Length, New(length: Ring)),
            ["length 2^32-4096"] = (LogEntryDefect.Length, New(length: 0xFFFF_F000)),
            ["longer than its parts"] = (LogEntryDefect.DescriptorCount, New(length: 16384)),
            ["shorter than its parts"] = (LogEntryDefect.DescriptorCount, New(length: 8192)),
            ["2^32-1 descriptors"] = (LogEntryDefect.DescriptorCount, New(count: uint.MaxValue)),
            ["one descriptor less"] = (LogEntryDefect.DescriptorCount, New(count: 2)),
            ["one descriptor more"] = (LogEntryDefect.Descriptor, New(count: 4)),
            ["tail no sector"] = (LogEntryDefect.Tail, New(edit: bytes => bytes[12] = 1)),
            ["tail outside"] = (LogEntryDefect.Tail, New(edit: bytes => bytes[14] = 0x10)),
            ["sequence number 0"] = (LogEntryDefect.SequenceNumber, New(edit: bytes => bytes.AsSpan(16, 8).Clear())),
            ["unknown descriptor"] = (LogEntryDefect.Descriptor, New(edit: bytes => bytes[64] = (byte)'x')),
            ["descriptor of another entry"] = (LogEntryDefect.Descriptor, New(edit: bytes => bytes[64 + 24] ^= 1)),
            ["target no page"] = (LogEntryDefect.Descriptor, New(edit: bytes => bytes[64 + 16] = 1)),
            ["zero length no page"] = (LogEntryDefect.Descriptor, New(edit: bytes => bytes[96 + 8] = 1)),
            ["data without signature"] = (LogEntryDefect.DataSector, New(edit: bytes => bytes[4096] = 0)),
            ["data of another entry, high half"] = (LogEntryDefect.DataSector, New(edit: bytes => bytes[4100] ^= 1)),
            ["data of another entry, low half"] = (LogEntryDefect.DataSector, New(edit: bytes => bytes[12287] ^= 1)),
            ["checksum"] = (LogEntryDefect.Checksum, New(damage: bytes => bytes[7] ^= 1)),
            ["a byte of a page"] = (LogEntryDefect.Checksum, New(damage: bytes => bytes[6000] ^= 1)),
            ["reserved fields"] = (LogEntryDefect.None, New(edit: bytes => bytes[28] = bytes[96 + 4] = 1)),
        };

    public static TheoryData<string> Names() => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    [Rule("R-LOG-2", "R-LOG-3", "R-LOG-4", "R-LOG-5", "R-LOG-6", "R-LOG-7", "R-LOG-8", "R-LOG-9")]
    public void A_wrong_entry_is_told_by_its_defect(string name)
    {
        foreach (long position in (long[])[0, Ring - 4096])
        {
            var file = new MemoryImageFile();
            file.SetLength(Ring);
            Rows[name].Entry.PutInto(file, 0, Ring, position);
            var region = new LogRegion(file, default, Ring);
            byte[] first = new byte[LogEntryHeader.SizeBytes];
            var start = new LogSector((uint)(position / 4096));
            region.Peek(start, first);
            Assert.True(LogEntryHeader.TryRead(first, out LogEntryHeader header));
            Assert.Equal(Rows[name].Defect, new LogEntryCheck(region).Check(start, header, out LogEntry entry));
            Assert.Equal(name is "nothing" or "reserved fields" ? (2u, 1u) : (0u, 0u), Counts(entry));
        }
    }

    private static (uint, uint) Counts(LogEntry entry) => (entry.DataDescriptorCount, entry.ZeroDescriptorCount);

    private static LogEntryBytes New(
        uint? length = null, uint? count = null, Action<byte[]>? edit = null, Action<byte[]>? damage = null) =>
        new LogEntryBytes
        {
            SequenceNumber = 0x1122_3344_5566_7788,
            LogGuid = LogShape.LogGuid,
            EntryLength = length,
            DescriptorCount = count,
            Edit = edit,
            Damage = damage,
        }.Data(0x28_0000, 0xAA).Zero(0x29_0000, 8192).Data(0x2A_0000, 0xBB);
}
