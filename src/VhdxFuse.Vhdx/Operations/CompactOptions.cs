using System;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>How an image is compacted.</summary>
public sealed record CompactOptions
{
    /// <summary>Only find out what would be gained: the image is read and not changed, and may be open for reading
    /// only.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>Told of bytes done and bytes in all, between steps; the second number may change when blocks begin to
    /// be moved. May throw: the image is then left as it is by then, whole and closed.</summary>
    public Action<long, long>? Progress { get; init; }
}
