using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using VhdxFuse.Crash.Tests.Scripts;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>The crash tests in one call, for whichever engine this assembly is bound to.</summary>
internal static class MutantHarness
{
    private const ulong FirstSeed = 1;

    /// <summary>Runs directed scenarios, then scripts by chance on the settings that those name.</summary>
    /// <param name="scenarios">Each <c>setting | sectors of a lap, or nothing | script</c>.</param>
    /// <param name="randomScripts">How many by chance.</param>
    /// <returns>What was noticed; null: nothing.</returns>
    public static string? FirstFailure(string[] scenarios, int randomScripts)
    {
        List<(Setting Setting, Script Script)> directed =
            [.. scenarios.SelectMany(ScriptSource.Expand).Select(ScenarioOf)];
        var thorough = new Search(
            new RunOptions { ImagesPerCut = 150, DeepOneIn = 4, TakeoverOneIn = 4, Shrinks = false });
        return thorough.FirstFailure(directed) ?? new Search(new RunOptions { Shrinks = false }).FirstFailure(
            from seed in Enumerable.Range(0, randomScripts)
            let setting = directed[seed % directed.Count].Setting
            select (setting, ScriptSource.Random(FirstSeed + (ulong)seed, setting)));
    }

    private static (Setting Setting, Script Script) ScenarioOf(string text)
    {
        string[] parts = [.. text.Split('|').Select(part => part.Trim())];
        Setting setting = Settings.Named(parts[0]);
        return (
            parts[1].Length == 0
                ? setting
                : setting with { LapSectors = int.Parse(parts[1], CultureInfo.InvariantCulture) },
            Script.Parse(parts[2]));
    }
}
