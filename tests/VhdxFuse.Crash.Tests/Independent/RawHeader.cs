using System;
using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>The current header (format 1.3: valid is signature and checksum, current is the greater number).</summary>
internal sealed record RawHeader(
    ulong Sequence, Guid FileWriteGuid, Guid DataWriteGuid, Guid LogGuid, long LogAt, long LogLength)
{
    private const int SizeBytes = 4096;

    public static RawHeader Current(PagedBytes file)
    {
        byte[] first = file.Bytes(0x10000, SizeBytes);
        byte[] second = file.Bytes(0x20000, SizeBytes);
        byte[]? current = (IsValid(first), IsValid(second)) switch
        {
            (false, false) => null,
            (true, false) => first,
            (false, true) => second,
            _ when Raw.U64(first, 8) == Raw.U64(second, 8) => first.AsSpan().SequenceEqual(second) ? first : null,
            _ => Raw.U64(first, 8) > Raw.U64(second, 8) ? first : second,
        };
        Raw.Demand(current is not null, "no header is current");
        return Decode(current!);
    }

    private static bool IsValid(byte[] header) =>
        Raw.Starts(header, "head") && Castagnoli.Of(header, 4) == Raw.U32(header, 4);

    private static RawHeader Decode(byte[] header)
    {
        Raw.Demand(header[64] == 0 && header[65] == 0, "the log version isn't 0");
        Raw.Demand(header[66] == 1 && header[67] == 0, "the version isn't 1");
        long logLength = Raw.U32(header, 68);
        ulong logAt = Raw.U64(header, 72);
        Raw.Demand(logLength > 0 && logLength % Raw.MiB == 0, "the log's length isn't whole MiB");
        Raw.Demand(logAt >= Raw.MiB && logAt % Raw.MiB == 0 && logAt < 1UL << 40, "the log isn't where a log may be");
        return new RawHeader(
            Raw.U64(header, 8),
            new Guid(header.AsSpan(16, 16)),
            new Guid(header.AsSpan(32, 16)),
            new Guid(header.AsSpan(48, 16)),
            (long)logAt,
            logLength);
    }
}
