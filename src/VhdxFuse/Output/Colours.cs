using System;

namespace VhdxFuse.Output;

/// <summary>Whether a person at a terminal wants colours: not when NO_COLOR says anything, and not on a terminal that
/// has none.</summary>
internal static class Colours
{
    public static bool AreWanted =>
        Environment.GetEnvironmentVariable("NO_COLOR") is null or ""
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
}
