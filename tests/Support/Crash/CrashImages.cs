using System;
using System.Collections.Generic;
using System.Linq;

namespace VhdxFuse.Support.Crash;

/// <summary>
/// The images that a power cut may leave at one moment, each different one once: nothing pending kept, all of it, every
/// prefix (so each write cut off at every 512 bytes), each unit alone and each missing, each operation alone and each
/// missing; all subsets of up to ten units, else pairs; then subsets by seeded chance, up to a budget. Units that may
/// tear are also left half written: each alone and all at once.
/// </summary>
public sealed class CrashImages
{
    private const int MaxEnumeratedUnits = 10;
    private const int TornBytes = 8;
    private static readonly bool[] BothOutcomes = [false, true];
    private readonly CrashPoint _point;
    private readonly int _budget;
    private readonly Dice _dice;
    private readonly Func<PendingUnit, bool> _mayTear;
    private readonly int _count;

    /// <param name="point">When.</param>
    /// <param name="budget">Images at most, or one more.</param>
    /// <param name="seed">For what chance chooses.</param>
    /// <param name="mayTear">Units whose 512 bytes a cut may leave half old, half new; null: none.</param>
    public CrashImages(CrashPoint point, int budget, ulong seed, Func<PendingUnit, bool>? mayTear = null)
    {
        _point = point;
        _budget = budget;
        _dice = new Dice(seed);
        _mayTear = mayTear ?? (static _ => false);
        _count = point.Pending.Count;
    }

    public IEnumerable<CrashImage> All()
    {
        HashSet<UInt128> seen = [];
        foreach (UnitFate[] fates in Choices())
        {
            // With a length among the units a kept write may lie past the end; then both outcomes are tried.
            foreach (bool carries in BothOutcomes)
            {
                if (Build(fates, carries) is { } bytes && seen.Add(bytes.Hash))
                {
                    yield return new CrashImage(bytes, fates, carries);
                }
            }

            if (seen.Count >= _budget)
            {
                yield break;
            }
        }
    }

    /// <summary>The one image of a choice.</summary>
    public CrashImage One(UnitFate[] fates, bool carriesLength) =>
        new(Build(fates, carriesLength) ?? Build(fates, carries: false)!, fates, carriesLength);

    /// <summary>One image: 0 nothing kept, 1 all, else by chance from the number.</summary>
    public static CrashImage Pick(CrashPoint point, int number)
    {
        var images = new CrashImages(point, budget: 1, seed: (ulong)number);
        return number switch
        {
            0 => images.One(images.AllOf(false), carriesLength: false),
            1 => images.One(images.AllOf(true), carriesLength: false),
            _ => images.One(images.Chance(), carriesLength: images._dice.OneIn(2)),
        };
    }

    /// <summary>Does to a file what a unit says, the length included.</summary>
    internal static void Apply(PagedBytes bytes, PendingUnit unit)
    {
        if (unit.Bytes is { } data)
        {
            bytes.Write(unit.At, data.Span);
        }
        else if (!unit.Extends || unit.At > bytes.LengthBytes)
        {
            bytes.SetLength(unit.At);
        }
    }

    // Null when the carried length makes no difference: the other outcome is the same image.
    private PagedBytes? Build(UnitFate[] fates, bool carries)
    {
        PagedBytes bytes = _point.Durable.Clone();
        bool differs = false;
        for (int i = 0; i < _count; i++)
        {
            PendingUnit unit = _point.Pending[i];
            if (fates[i] == UnitFate.Lost)
            {
                continue;
            }

            int past = unit.Bytes is { } data
                ? (int)long.Clamp(unit.At + data.Length - bytes.LengthBytes, 0, data.Length)
                : 0;
            differs |= past > 0;
            if (fates[i] == UnitFate.Torn)
            {
                bytes.Write(unit.At, unit.Bytes!.Value.Span[..TornBytes]);
            }
            else if (past == 0 || carries)
            {
                Apply(bytes, unit);
            }
            else if (past < unit.Bytes!.Value.Length)
            {
                bytes.Write(unit.At, unit.Bytes.Value.Span[..^past]);
            }
        }

        return carries && !differs ? null : bytes;
    }

    private IEnumerable<UnitFate[]> Choices()
    {
        yield return AllOf(false);
        yield return AllOf(true);
        for (int length = 1; length < _count; length++)
        {
            yield return Where(i => i < length);
        }

        foreach ((int first, int end) in Operations())
        {
            yield return Where(i => i >= first && i < end);
            yield return Where(i => i < first || i >= end);
        }

        for (int unit = 0; unit < _count; unit++)
        {
            yield return Where(i => i == unit);
            yield return Where(i => i != unit);
        }

        foreach (UnitFate[] fates in Torn())
        {
            yield return fates;
        }

        foreach (UnitFate[] fates in _count <= MaxEnumeratedUnits ? Subsets() : PairsAndChance())
        {
            yield return fates;
        }
    }

    private IEnumerable<UnitFate[]> Torn()
    {
        IReadOnlyList<PendingUnit> pending = _point.Pending;
        int[] units = [.. Enumerable.Range(0, _count).Where(i => !pending[i].IsLength && _mayTear(pending[i]))];
        foreach (int unit in units)
        {
            yield return WithTorn(AllOf(false), unit);
            yield return WithTorn(AllOf(true), unit);
            yield return WithTorn(Where(i => i < unit), unit);
        }

        if (units.Length > 1)
        {
            yield return WithTorn(AllOf(false), units);
            yield return WithTorn(AllOf(true), units);
        }
    }

    private static UnitFate[] WithTorn(UnitFate[] fates, params ReadOnlySpan<int> units)
    {
        foreach (int unit in units)
        {
            fates[unit] = UnitFate.Torn;
        }

        return fates;
    }

    private IEnumerable<UnitFate[]> Subsets()
    {
        for (int mask = 0; mask < 1 << _count; mask++)
        {
            yield return Where(i => (mask >> i & 1) != 0);
        }
    }

    private IEnumerable<UnitFate[]> PairsAndChance()
    {
        // Half of what is left goes to chance: pairs of many units would use all of it up.
        for (int i = 0; i < _budget / 4; i++)
        {
            yield return Chance();
        }

        for (int first = 0; first < _count; first++)
        {
            for (int second = first + 1; second < _count; second++)
            {
                yield return Where(i => i == first || i == second);
                yield return Where(i => i != first && i != second);
            }
        }

        for (int i = 0; i < _budget; i++)
        {
            yield return Chance();
        }
    }

    // The units of each operation, as a range of indices.
    private IEnumerable<(int First, int End)> Operations()
    {
        for (int first = 0; first < _count;)
        {
            int end = first + 1;
            while (end < _count && _point.Pending[end].Operation == _point.Pending[first].Operation)
            {
                end++;
            }

            yield return (first, end);
            first = end;
        }
    }

    // Whole operations or single units, few or many: one density alone would miss what needs most kept, or most lost.
    private UnitFate[] Chance()
    {
        int density = 1 + _dice.Below(7);
        var fates = new UnitFate[_count];
        if (_dice.OneIn(2))
        {
            foreach ((int first, int end) in Operations())
            {
                fates.AsSpan(first, end - first).Fill(_dice.Below(8) < density ? UnitFate.Kept : UnitFate.Lost);
            }

            return fates;
        }

        return Where(_ => _dice.Below(8) < density);
    }

    private UnitFate[] AllOf(bool value) => Where(_ => value);

    private UnitFate[] Where(Func<int, bool> isKept)
    {
        var fates = new UnitFate[_count];
        for (int i = 0; i < fates.Length; i++)
        {
            fates[i] = isKept(i) ? UnitFate.Kept : UnitFate.Lost;
        }

        return fates;
    }
}
