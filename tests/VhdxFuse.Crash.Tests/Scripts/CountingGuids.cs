using System;
using System.Threading;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Identities that repeat from run to run, and differ between kinds of runs.</summary>
internal sealed class CountingGuids(short kind) : IGuidSource
{
    private int _given;

    public Guid NewGuid() => new(Interlocked.Increment(ref _given), kind, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 2);
}
