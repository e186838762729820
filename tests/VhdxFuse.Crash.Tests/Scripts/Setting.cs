using System.Collections.Generic;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>What scripts run on: an image, its parent, the few blocks of its disk that scripts name, and how the engine
/// is opened.</summary>
internal sealed record Setting
{
    /// <summary>In each block, the sectors whose content is followed: the first, the last, and one no step writes
    /// alone.</summary>
    public static readonly int[] FollowedInBlock = [0, 1, 2, 3, 1024, 2047];

    public const int SectorsPerBlock = Units.MiB / SectorValue.SectorBytes;

    public required string Name { get; init; }

    public required PagedBytes Image { get; init; }

    public PagedBytes? Parent { get; init; }

    /// <summary>Blocks of the disk, by the number that a script knows them by.</summary>
    public required IReadOnlyList<long> Blocks { get; init; }

    /// <summary>Log sectors that a lap uses; null: all.</summary>
    public int? LapSectors { get; init; }

    /// <summary>By which steps the engine makes the file longer; null: its own.</summary>
    public long? ExtensionBytes { get; init; }

    /// <summary>The sectors of the disk whose content is followed, in ascending order.</summary>
    public IReadOnlyList<long> Sectors => _sectors ??= FollowedSectors();

    private long[]? _sectors;

    public override string ToString() =>
        LapSectors is { } sectors ? $"{Name}, laps of {sectors} sectors" : Name;

    /// <summary>The indices in <see cref="Sectors"/> that a step touches.</summary>
    public IEnumerable<int> Touched(Step step)
    {
        (long first, long count) = RangeOf(step);
        for (int i = 0; i < Sectors.Count; i++)
        {
            if (Sectors[i] >= first && Sectors[i] < first + count)
            {
                yield return i;
            }
        }
    }

    /// <summary>The sectors of the disk that a step writes.</summary>
    public (long First, long Count) RangeOf(Step step)
    {
        long block = Blocks[step.Block % Blocks.Count] * SectorsPerBlock;
        return step.Count == 0 ? (block, SectorsPerBlock) : (block + step.Sector, step.Count);
    }

    private long[] FollowedSectors()
    {
        List<long> sectors = [];
        foreach (long block in Blocks)
        {
            foreach (int sector in FollowedInBlock)
            {
                sectors.Add((block * SectorsPerBlock) + sector);
            }
        }

        sectors.Sort();
        return [.. sectors];
    }
}
