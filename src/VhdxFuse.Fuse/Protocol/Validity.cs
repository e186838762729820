using System;

namespace VhdxFuse.Fuse.Protocol;

/// <summary>How long the kernel may believe something.</summary>
internal readonly record struct Validity(ulong Seconds, uint Nanoseconds)
{
    private const uint NanosecondsPerTick = 100;

    /// <summary>Negative times count as none.</summary>
    public static Validity From(TimeSpan time)
    {
        ulong ticks = (ulong)Math.Max(0, time.Ticks);
        return new Validity(
            ticks / TimeSpan.TicksPerSecond,
            (uint)(ticks % TimeSpan.TicksPerSecond) * NanosecondsPerTick);
    }

    public bool IsNone => Seconds == 0 && Nanoseconds == 0;
}
