using System;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>What a check may use beside the file.</summary>
public sealed record CheckOptions
{
    /// <summary>The open parent of a differencing image: the child's link to it is then checked too. Not owned. Of no
    /// effect for other images.</summary>
    public VhdxImage? Parent { get; init; }

    /// <summary>With <see cref="LogPolicy.Ignore"/> a pending log is left out, and all is checked as the file holds
    /// it.</summary>
    public LogPolicy Log { get; init; }

    /// <summary>Told how many bytes of the block allocation table are judged, and of how many. May throw to end the
    /// check: nothing is written.</summary>
    public Action<long, long>? Progress { get; init; }
}
