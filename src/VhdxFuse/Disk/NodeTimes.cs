using System;
using System.Threading;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>The times of a file that is written.</summary>
internal sealed class NodeTimes(FuseTimestamp start, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private FuseTimestamp _accessed = start; // guarded by _gate
    private FuseTimestamp _modified = start; // guarded by _gate
    private FuseTimestamp _changed = start; // guarded by _gate

    /// <summary>The attributes with these times.</summary>
    public FuseAttributes PutInto(in FuseAttributes attributes)
    {
        lock (_gate)
        {
            return attributes with { AccessTime = _accessed, ModificationTime = _modified, ChangeTime = _changed };
        }
    }

    /// <summary>The content has changed.</summary>
    public void Touch()
    {
        FuseTimestamp now = Now();
        lock (_gate)
        {
            _modified = now;
            _changed = now;
        }
    }

    /// <summary>Sets what isn't null.</summary>
    public void Set(FuseTimestamp? accessed, FuseTimestamp? modified)
    {
        FuseTimestamp now = Now();
        lock (_gate)
        {
            _accessed = accessed ?? _accessed;
            _modified = modified ?? _modified;
            _changed = now;
        }
    }

    private FuseTimestamp Now()
    {
        TimeSpan sinceEpoch = clock.GetUtcNow() - DateTimeOffset.UnixEpoch;
        long seconds = sinceEpoch.Ticks / TimeSpan.TicksPerSecond;
        long ticks = sinceEpoch.Ticks % TimeSpan.TicksPerSecond;
        return new FuseTimestamp(seconds, (uint)(ticks * TimeSpan.NanosecondsPerTick));
    }
}
