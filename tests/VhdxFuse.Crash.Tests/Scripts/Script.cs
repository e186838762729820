using System;
using System.Collections.Generic;
using System.Linq;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Steps of guests and accidents, in their order; as text, with spaces between.</summary>
internal sealed record Script(IReadOnlyList<Step> Steps)
{
    public static Script Parse(string text) =>
        new([.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Step.Parse)]);

    /// <summary>The same with one thing less: a step, an inset, an ending. What shrinking tries.</summary>
    public IEnumerable<Script> Smaller()
    {
        for (int i = 0; i < Steps.Count; i++)
        {
            yield return new Script([.. Steps.Take(i), .. Steps.Skip(i + 1)]);
        }

        for (int i = 0; i < Steps.Count; i++)
        {
            Step step = Steps[i];
            for (int inset = 0; inset < step.Insets.Count; inset++)
            {
                yield return With(i, step with { Insets = [.. Without(step.Insets, inset)] });
            }

            for (int ending = 0; ending < step.Endings.Count; ending++)
            {
                yield return With(i, step with { Endings = [.. Without(step.Endings, ending)] });
            }
        }
    }

    public override string ToString() => string.Join(' ', Steps);

    private static IEnumerable<T> Without<T>(IReadOnlyList<T> all, int index) =>
        all.Take(index).Concat(all.Skip(index + 1));

    private Script With(int index, Step step) => new([.. Steps.Take(index), step, .. Steps.Skip(index + 1)]);
}
