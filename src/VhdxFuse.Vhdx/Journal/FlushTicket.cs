namespace VhdxFuse.Vhdx.Journal;

/// <summary>Names one flush of the file, by number from 1. Whoever holds it waits for that flush or a later
/// one.</summary>
internal readonly record struct FlushTicket(long Number)
{
    /// <summary>Needs no flush at all.</summary>
    public static FlushTicket None => default;

    /// <summary>The later one of two.</summary>
    public static FlushTicket Later(FlushTicket a, FlushTicket b) => a.Number >= b.Number ? a : b;
}
