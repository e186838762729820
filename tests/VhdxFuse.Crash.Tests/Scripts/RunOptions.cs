namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>How much is tried on the way through a script.</summary>
internal sealed record RunOptions
{
    /// <summary>Images at most for each moment at which the power is cut: before each flush of the file, and when a
    /// guest's flush returns. Moments between leave subsets of these.</summary>
    public int ImagesPerCut { get; init; } = 60;

    /// <summary>Whether the process is killed, and what it leaves judged, before each operation on the file.</summary>
    public bool JudgesKills { get; init; } = true;

    /// <summary>One of so many images is opened for writing and checked; that which keeps all always is.</summary>
    public int DeepOneIn { get; init; } = 24;

    /// <summary>After one of so many kills the next session writes and flushes, with the power cut in it. 0:
    /// never.</summary>
    public int TakeoverOneIn { get; init; } = 16;

    /// <summary>Whether a script that failed is made small.</summary>
    public bool Shrinks { get; init; } = true;

    public ulong Seed { get; init; } = 1;
}
