using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Where scripts come from when nobody wrote them: all short ones over a few letters, and long ones by
/// chance.</summary>
internal static class ScriptSource
{
    private const int Numbers = 24;

    private static readonly string[] Hooks =
        ["sync1", "sync1", "synced1", "sync2", "synced2", "log1", "log1", "home1", "head1", "log2"];

    /// <summary>All scripts of so many steps.</summary>
    public static IEnumerable<Script> All(int steps, params string[] letters)
    {
        Step[] alphabet = [.. letters.Select(Step.Parse)];
        long count = (long)Math.Pow(alphabet.Length, steps);
        for (long number = 0; number < count; number++)
        {
            var script = new Step[steps];
            long rest = number;
            for (int i = steps - 1; i >= 0; i--)
            {
                script[i] = alphabet[rest % alphabet.Length];
                rest /= alphabet.Length;
            }

            yield return new Script(script);
        }
    }

    /// <summary>A text with <c>#</c> in it is one for each number up to 24.</summary>
    public static IEnumerable<string> Expand(string text) =>
        text.Contains('#', StringComparison.Ordinal)
            ? Enumerable.Range(1, Numbers).Select(n => text.Replace("#", $"{n}", StringComparison.Ordinal))
            : [text];

    /// <summary>A script of 3 to 21 steps; the same for the same seed.</summary>
    public static Script Random(ulong seed, Setting setting)
    {
        var dice = new Dice(seed);
        int count = 3 + dice.Below(dice.OneIn(3) ? 19 : 8);
        return new Script([.. Enumerable.Range(0, count).Select(_ => WithAccident(dice, NextStep(dice, setting)))]);
    }

    /// <summary>Such a script in which the image is compacted now and then, mostly with an accident in it.</summary>
    public static Script Compacting(ulong seed, Setting setting)
    {
        var dice = new Dice(seed);
        List<Step> steps = [.. Random(seed, setting).Steps];
        for (int i = 0; i < 1 + dice.Below(3); i++)
        {
            var compact = new Step(StepKind.Compact);
            steps.Insert(
                dice.Below(steps.Count + 1),
                dice.OneIn(3) ? compact : compact with { Endings = [NextEnding(dice, 1 + dice.Below(40))] });
        }

        return new Script(steps);
    }

    private static Step NextStep(Dice dice, Setting setting) => dice.Below(100) switch
    {
        < 38 => Change(dice, StepKind.Write, setting),
        < 50 => Change(dice, StepKind.Zero, setting),
        < 80 => WithInsets(dice, new Step(StepKind.Flush), setting),
        < 85 => WithInsets(dice, new Step(StepKind.Checkpoint), setting),
        < 91 => WithInsets(dice, new Step(StepKind.Close), setting, onlyFlushes: true),
        < 95 => new Step(StepKind.Kill),
        _ => new Step(StepKind.Cut, Pick: dice.Below(6)),
    };

    private static Step Change(Dice dice, StepKind kind, Setting setting)
    {
        int block = dice.Below(setting.Blocks.Count);
        return dice.Below(6) switch
        {
            0 or 1 => new Step(kind, block),
            2 => new Step(kind, block, 1, 2),
            3 => new Step(kind, block, 2047, 1),
            _ => new Step(kind, block, dice.Below(3), 1),
        };
    }

    private static Step WithInsets(Dice dice, Step step, Setting setting, bool onlyFlushes = false)
    {
        if (dice.OneIn(2))
        {
            return step;
        }

        List<Inset> insets = [];
        for (int i = 0; i < 1 + dice.Below(2); i++)
        {
            string hook = dice.OneIn(3) ? $"{1 + dice.Below(10)}" : dice.Of<string>(Hooks);
            Step inset = onlyFlushes || dice.OneIn(4) ? new Step(StepKind.Flush)
                : Change(dice, dice.OneIn(4) ? StepKind.Zero : StepKind.Write, setting);
            // Which of two writes at once is the later one nobody could say.
            if (inset.Kind == StepKind.Flush || !insets.Exists(other => other.Step.Block == inset.Block))
            {
                insets.Add(new Inset(Hook.Parse(hook), inset));
            }
        }

        return step with { Insets = insets };
    }

    private static Step WithAccident(Dice dice, Step step)
    {
        if (!dice.OneIn(10))
        {
            return step;
        }

        List<Ending> endings = [NextEnding(dice, 1 + dice.Below(14))];
        if (dice.OneIn(3))
        {
            endings.Add(NextEnding(dice, endings[0].Operation + 1 + dice.Below(8)));
        }

        return step with { Endings = endings };
    }

    private static Ending NextEnding(Dice dice, int operation) =>
        new(operation, dice.OneIn(3) ? dice.Below(6) : null);
}
