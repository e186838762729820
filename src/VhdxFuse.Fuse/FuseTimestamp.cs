using System;

namespace VhdxFuse.Fuse;

/// <summary>A point in time as the kernel counts it, to the nanosecond.</summary>
/// <param name="Seconds">Seconds since 1970-01-01 00:00 UTC; negative before it.</param>
/// <param name="Nanoseconds">0 to 999 999 999, always forward from <paramref name="Seconds"/>.</param>
public readonly record struct FuseTimestamp(long Seconds, uint Nanoseconds)
{
    private const int NanosecondsPerTick = 100;

    /// <summary>The same point in time, to the 100 ns that <see cref="DateTimeOffset"/> keeps.</summary>
    public static FuseTimestamp From(DateTimeOffset time)
    {
        long ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return rest >= 0
            ? new FuseTimestamp(seconds, (uint)rest * NanosecondsPerTick)
            : new FuseTimestamp(seconds - 1, (uint)(rest + TimeSpan.TicksPerSecond) * NanosecondsPerTick);
    }
}
