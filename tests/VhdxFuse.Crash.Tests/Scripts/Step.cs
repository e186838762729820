using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>
/// One step of a script. As text: <c>w1</c> writes block 1 whole, <c>w1.4</c> its sector 4, <c>w1.4+2</c> two sectors;
/// <c>z</c> likewise makes zeros; <c>f</c> flushes, <c>c</c> checkpoints, <c>x</c> closes and opens again, <c>k</c>
/// kills and opens again, <c>p3</c> cuts the power, leaving image 3. In braces what happens inside:
/// <c>f{sync1:w2;log1:f}</c>; behind an exclamation mark how it is cut short: <c>f!k7</c>.
/// </summary>
/// <param name="Kind">What.</param>
/// <param name="Block">Which of the setting's blocks.</param>
/// <param name="Sector">In the block, of 512 bytes.</param>
/// <param name="Count">Sectors; 0 for the whole block.</param>
/// <param name="Pick">Of a power cut.</param>
internal sealed record Step(StepKind Kind, int Block = 0, int Sector = 0, int Count = 0, int Pick = 0)
{
    private const string Letters = "wzfcmxkp"; // in the order of StepKind

    private static readonly Regex Form = new(
        @"^(?<letter>[wzfcmxkp])(?<number>\d+)?(?:\.(?<sector>\d+)(?:\+(?<count>\d+))?)?" +
        @"(?:\{(?<insets>[^}]*)\})?(?<endings>(?:![kp][\d.]+)*)$",
        RegexOptions.ExplicitCapture);

    public IReadOnlyList<Inset> Insets { get; init; } = [];

    public IReadOnlyList<Ending> Endings { get; init; } = [];

    public static Step Parse(string text)
    {
        Match match = Form.Match(text);
        if (!match.Success)
        {
            throw new FormatException($"no step: {text}");
        }

        int number = match.Groups["number"].Success ? int.Parse(match.Groups["number"].Value) : 0;
        var kind = (StepKind)Letters.IndexOf(match.Groups["letter"].Value[0]);
        bool isCut = kind == StepKind.Cut;
        bool hasSector = match.Groups["sector"].Success;
        return new Step(
            kind,
            isCut ? 0 : number,
            hasSector ? int.Parse(match.Groups["sector"].Value) : 0,
            match.Groups["count"].Success ? int.Parse(match.Groups["count"].Value) : hasSector ? 1 : 0,
            isCut ? number : 0)
        {
            Insets =
            [
                .. match.Groups["insets"].Value.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(InsetOf),
            ],
            Endings =
            [
                .. match.Groups["endings"].Value.Split('!', StringSplitOptions.RemoveEmptyEntries).Select(EndingOf),
            ],
        };
    }

    public override string ToString()
    {
        string where = Kind switch
        {
            StepKind.Write or StepKind.Zero when Count == 0 => $"{Block}",
            StepKind.Write or StepKind.Zero => $"{Block}.{Sector}{(Count == 1 ? "" : $"+{Count}")}",
            StepKind.Cut => $"{Pick}",
            _ => "",
        };
        string insets = Insets.Count == 0 ? "" : $"{{{string.Join(';', Insets)}}}";
        return $"{Letters[(int)Kind]}{where}{insets}{string.Concat(Endings)}";
    }

    private static Inset InsetOf(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return new Inset(Hook.Parse(text[..colon]), Parse(text[(colon + 1)..]));
    }

    private static Ending EndingOf(string text)
    {
        string[] numbers = text[1..].Split('.');
        return new Ending(int.Parse(numbers[0]), text[0] == 'k' ? null : int.Parse(numbers[1]));
    }
}
