using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Support;

/// <summary>One payload block as a test wants it: its BAT entry, what lies at its place, its bitmap bits.</summary>
public sealed record PayloadBlock
{
    public PayloadBlockState State { get; init; }

    /// <summary>Null: the next free space for a present block, else 0.</summary>
    public ulong? FileOffsetMiB { get; init; }

    /// <summary>The whole BAT entry, whatever the other properties say.</summary>
    public ulong? RawEntry { get; init; }

    /// <summary>Written where the entry points to, if that is above 0, whatever the state.</summary>
    public BlockContent Content { get; init; } = BlockContent.Zeros;

    /// <summary>The logical sectors, counted in the block, whose bits are set: stale when the state isn't 7.</summary>
    public IReadOnlyList<int> SetBits { get; init; } = [];

    public static PayloadBlock Present(BlockContent content) =>
        new() { State = PayloadBlockState.FullyPresent, Content = content };

    /// <summary>In a child: some sectors here, the rest in the parent. The content fills the whole block.</summary>
    public static PayloadBlock Partial(BlockContent content, params IReadOnlyList<int> presentSectors) =>
        new() { State = PayloadBlockState.PartiallyPresent, Content = content, SetBits = presentSectors };

    /// <summary>A state without content, with or without an offset.</summary>
    public static PayloadBlock InState(PayloadBlockState state, ulong fileOffsetMiB = 0) =>
        new() { State = state, FileOffsetMiB = fileOffsetMiB };

    /// <summary>An entry of 64 bits of the test's choice.</summary>
    public static PayloadBlock Raw(ulong entry) =>
        new() { RawEntry = entry, State = new BatEntry(entry).State };
}
