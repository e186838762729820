using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Journal;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>What one descriptor of a log entry does to one place of the file.</summary>
public sealed record LogUpdate
{
    /// <summary>Where it writes; it may name a place where no log may write.</summary>
    public required ulong TargetOffset { get; init; }

    /// <summary>4096 for a page; of a range of zeros, any multiple of that.</summary>
    public required ulong LengthBytes { get; init; }

    /// <summary>Whether it writes zeros; else the page that <see cref="LogEntryContent.ReadPage"/> gives.</summary>
    public required bool IsZero { get; init; }

    /// <summary>The structure that its first byte lies in, for people: <c>BAT, entries 512 to 1023</c>. Null when it
    /// can't be told, since the image can't be opened.</summary>
    public string? Structure { get; init; }

    /// <summary>Where the page lies in the ring; means nothing for zeros.</summary>
    internal LogSector PageAt { get; init; }

    internal LogDescriptor Descriptor { get; init; }
}
