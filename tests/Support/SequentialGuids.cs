using System;
using System.Threading;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Support;

/// <summary>Gives the same GUIDs in each run: 1, 2, 3 … in the last digits.</summary>
public sealed class SequentialGuids : IGuidSource
{
    private long _given;

    /// <summary>How many were asked for.</summary>
    public long GivenCount => Interlocked.Read(ref _given);

    public Guid NewGuid() => new($"5e9e0000-0000-4000-8000-{Interlocked.Increment(ref _given):x12}");
}
